//! What only leads elsewhere: transit gateways, prefix lists, pools. Other hands make these.

use mock_cloud::Author;
use serde_json::{Value, json};

use super::listing::Listing;
use super::vpc_blocks::ipv6_of;
use super::{Ec2, Kind, Params, Tags, object};
use crate::refused::Answer;

/// The prefix lists that AWS keeps in every region.
const PREFIX_LISTS: [(&str, &str, &str); 2] = [
    ("pl-6ea54007", "s3", "52.219.0.0/16"),
    ("pl-66a5400f", "dynamodb", "52.94.0.0/22"),
];

impl Ec2<'_> {
    pub(super) fn describe_attachments(&mut self, asked: Params<'_>) -> Answer<Value> {
        let listing = Listing {
            kind: Kind::TransitGatewayAttachment,
            member: "TransitGatewayAttachments",
            ids: "TransitGatewayAttachmentIds",
        };
        let mut answer = self.list(asked, &listing)?;
        for item in answer["TransitGatewayAttachments"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            let (vpc, owner) = (item["VpcId"].clone(), item["VpcOwnerId"].clone());
            if let Some(body) = item.as_object_mut() {
                body.retain(|name, _| {
                    !["VpcId", "VpcOwnerId", "SubnetIds", "Options"].contains(&name.as_str())
                });
                body.insert("ResourceType".to_owned(), json!("vpc"));
                body.insert("ResourceId".to_owned(), vpc);
                body.insert("ResourceOwnerId".to_owned(), owner);
            }
        }
        Ok(answer)
    }

    pub(super) fn describe_prefix_lists(&mut self, asked: Params<'_>) -> Answer<Value> {
        let listing = Listing {
            kind: Kind::PrefixList,
            member: "PrefixLists",
            ids: "PrefixListIds",
        };
        let mut answer = self.list(asked, &listing)?;
        for item in answer["PrefixLists"].as_array_mut().into_iter().flatten() {
            let id = item["PrefixListId"].as_str().unwrap_or_default();
            let known = PREFIX_LISTS.iter().find(|(own, _, _)| *own == id);
            let cidrs = known.map_or_else(Vec::new, |(_, _, cidr)| vec![*cidr]);
            *item = json!({
                "PrefixListId": item["PrefixListId"], "PrefixListName": item["PrefixListName"], "Cidrs": cidrs,
            });
        }
        Ok(answer)
    }

    pub(super) fn associated_pool_cidrs(&mut self, asked: Params<'_>) -> Answer<Value> {
        let pool = asked.must("PoolId")?;
        self.find(Kind::Ipv6Pool, pool)?;
        let mut all = Vec::new();
        for vpc in self.visible(Kind::Vpc) {
            let blocks = super::items(&vpc.body, "Ipv6CidrBlockAssociationSet").iter();
            let live = ipv6_of(&vpc.body);
            let of_pool = blocks.filter(|block| block["Ipv6Pool"] == pool);
            for block in of_pool.filter(|block| {
                live.iter()
                    .any(|own| block["Ipv6CidrBlock"] == own.as_str())
            }) {
                all.push(
                    json!({ "Ipv6Cidr": block["Ipv6CidrBlock"], "AssociatedResource": vpc.id }),
                );
            }
        }
        self.page_of(asked, "Ipv6CidrAssociations", all, &[])
    }

    pub(super) fn ipam_pool_cidrs(&mut self, asked: Params<'_>) -> Answer<Value> {
        let pool = asked.must("IpamPoolId")?;
        self.find(Kind::IpamPool, pool)?;
        let known = self.config.ipam_pools.iter().find(|known| known.id == pool);
        let cidrs = known.map_or(&[][..], |known| &known.cidrs).iter();
        let provisioned = cidrs.map(|cidr| {
            let length = cidr
                .split_once('/')
                .and_then(|(_, length)| length.parse().ok());
            let length: u8 = length.unwrap_or_default();
            json!({ "Cidr": cidr, "State": "provisioned", "NetmaskLength": length })
        });
        let all = provisioned.collect();
        self.page_of(asked, "IpamPoolCidrs", all, &[])
    }

    pub(crate) fn furnish_prefix_lists(&mut self) {
        let region = self.config.region.clone();
        for (id, service, _) in PREFIX_LISTS {
            let body = json!({
                "AddressFamily": "IPv4",
                "OwnerId": "AWS",
                "PrefixListArn": format!("arn:aws:ec2:{region}:aws:prefix-list/{id}"),
                "PrefixListId": id,
                "PrefixListName": format!("com.amazonaws.{region}.{service}"),
                "State": "create-complete",
                "Tags": super::tags::shown(&Tags::new()),
            });
            self.store
                .insert_as(Author::Cloud, "prefix-list", id, object(body));
        }
    }
}
