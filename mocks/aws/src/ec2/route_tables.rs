//! Route tables and what they are for.

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags, items, limits, returned};
use crate::refused::{Answer, Refused};

/// Whether a route table is the main one of its VPC.
pub(super) fn is_main(body: &Body) -> bool {
    items(body, "Associations")
        .iter()
        .any(|association| association["Main"] == true)
}

impl Ec2<'_> {
    pub(super) fn create_route_table(&mut self, asked: Params<'_>) -> Answer<Value> {
        let vpc = asked.must("VpcId")?;
        self.find(Kind::Vpc, vpc)?;
        let tags = self.specified(asked, &[Kind::RouteTable])?;
        self.room(
            limits::ROUTE_TABLES,
            self.in_vpc(Kind::RouteTable, vpc).count(),
        )?;
        let body = self.table_body(vpc);
        let id = self.insert(Kind::RouteTable, &tags, body);
        let mut answer = json!({ "RouteTable": self.made(Kind::RouteTable, &id)? });
        if let Some(token) = asked.text("ClientToken") {
            answer["ClientToken"] = json!(token);
        }
        Ok(answer)
    }

    fn table_body(&self, vpc: &str) -> Value {
        json!({
            "Associations": [], "OwnerId": self.config.account, "PropagatingVgws": [], "Routes": [],
            "VpcId": vpc,
        })
    }

    /// The main route table that a VPC starts with.
    pub(super) fn main_table(&mut self, vpc: &str) {
        let body = self.table_body(vpc);
        let id = self.insert_as(Author::Cloud, Kind::RouteTable, &Tags::new(), body);
        let association = json!({
            "Main": true, "RouteTableAssociationId": self.fresh("rtbassoc"), "RouteTableId": id,
            "AssociationState": { "State": "associated" },
        });
        self.set(
            Kind::RouteTable,
            &id,
            json!({ "Associations": [association] }),
        );
    }

    /// The id of the main route table of a VPC.
    pub(super) fn main_table_of(&self, vpc: &str) -> String {
        let mut all = self.in_vpc(Kind::RouteTable, vpc);
        let main = all.find(|table| is_main(&table.body));
        main.map(|table| table.id.clone()).unwrap_or_default()
    }

    pub(super) fn delete_route_table(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("RouteTableId")?;
        let table = self.find(Kind::RouteTable, id)?;
        if !items(&table.body, "Associations").is_empty() {
            let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
            return Err(Refused::dependency(message));
        }
        self.remove(Kind::RouteTable, id);
        Ok(returned())
    }

    pub(super) fn associate_route_table(&mut self, asked: Params<'_>) -> Answer<Value> {
        let table = self.find(Kind::RouteTable, asked.must("RouteTableId")?)?;
        if asked.has("GatewayId") || asked.has("PublicIpv4Pool") {
            let message = "The mock has no route tables of gateways";
            return Err(Refused::new("UnsupportedOperation", message));
        }
        let id = asked.must("SubnetId")?;
        let subnet = self.find(Kind::Subnet, id)?;
        if subnet.text("VpcId") != table.text("VpcId") {
            let message = format!(
                "Route table {} and subnet {id} belong to different networks",
                table.id
            );
            return Err(Refused::new("InvalidParameterValue", message));
        }
        if let Some((there, association)) = self.association(|one| one["SubnetId"] == id) {
            if there.id == table.id {
                return Ok(associated(&association));
            }
            let message = format!(
                "the specified association for route table {} conflicts with an existing association",
                table.id
            );
            return Err(Refused::new("Resource.AlreadyAssociated", message));
        }
        let association = self.push_association(&table, json!({ "SubnetId": id }));
        Ok(associated(&association))
    }

    fn push_association(&mut self, table: &Object, of: Value) -> Value {
        let mut association = of;
        association["Main"] = json!(association["SubnetId"].is_null());
        association["RouteTableAssociationId"] = json!(self.fresh("rtbassoc"));
        association["RouteTableId"] = json!(table.id);
        association["AssociationState"] = json!({ "State": "associated" });
        let mut all = items(&table.body, "Associations").to_vec();
        all.push(association.clone());
        self.set(Kind::RouteTable, &table.id, json!({ "Associations": all }));
        association
    }

    /// The first association that fits, with its table.
    fn association(
        &self,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<(std::sync::Arc<Object>, Value)> {
        self.store.list("route-table").find_map(|table| {
            let mut all = items(&table.body, "Associations").iter();
            all.find(|one| fits(one))
                .map(|one| (table.clone(), one.clone()))
        })
    }

    fn association_by_id(&self, id: &str) -> Answer<(std::sync::Arc<Object>, Value)> {
        let found = self.association(|one| one["RouteTableAssociationId"] == id);
        found.ok_or_else(|| {
            let message = format!("The association ID '{id}' does not exist");
            Refused::new("InvalidAssociationID.NotFound", message)
        })
    }

    pub(super) fn disassociate_route_table(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("AssociationId")?;
        let (table, association) = self.association_by_id(id)?;
        if association["Main"] == true {
            let message = format!("cannot disassociate the main route table association {id}");
            return Err(Refused::new("InvalidParameterValue", message));
        }
        self.drop_association(&table.id, id);
        Ok(returned())
    }

    fn drop_association(&mut self, table: &str, id: &str) {
        let Some(table) = self.store.find("route-table", table).cloned() else {
            return;
        };
        let mut all = items(&table.body, "Associations").to_vec();
        all.retain(|one| one["RouteTableAssociationId"] != id);
        self.set(Kind::RouteTable, &table.id, json!({ "Associations": all }));
    }

    /// Also how another table becomes the main one.
    pub(super) fn replace_association(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("AssociationId")?;
        let to = self.find(Kind::RouteTable, asked.must("RouteTableId")?)?;
        let (from, association) = self.association_by_id(id)?;
        if from.text("VpcId") != to.text("VpcId") {
            let message = format!(
                "Route tables {} and {} belong to different networks",
                from.id, to.id
            );
            return Err(Refused::new("InvalidParameterValue", message));
        }
        if from.id == to.id {
            return Ok(
                json!({ "NewAssociationId": id, "AssociationState": { "State": "associated" } }),
            );
        }
        self.drop_association(&from.id, id);
        let of = match association["SubnetId"].as_str() {
            Some(subnet) => json!({ "SubnetId": subnet }),
            None => json!({}),
        };
        let new = self.push_association(&to, of);
        Ok(json!({
            "NewAssociationId": new["RouteTableAssociationId"], "AssociationState": { "State": "associated" },
        }))
    }
}

fn associated(association: &Value) -> Value {
    json!({
        "AssociationId": association["RouteTableAssociationId"], "AssociationState": { "State": "associated" },
    })
}
