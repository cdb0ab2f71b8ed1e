//! Where everything stands. Sizes are those of text at twelve pixels, generously: no font is at hand.

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    topology::{Gateway, INTERNET, PUBLIC, Subnet},
};

/// A rectangle.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spot {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The subnets of one zone, one below the other.
#[derive(Clone, Debug)]
pub(crate) struct Column<'a> {
    pub(crate) zone: Option<&'a str>,
    pub(crate) spot: Spot,
    pub(crate) cards: Vec<(&'a Subnet, Spot)>,
}

/// The whole.
#[derive(Clone, Debug)]
pub(crate) struct Layout<'a> {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// None where nothing leads there.
    pub(crate) internet: Option<Spot>,
    pub(crate) gateways: Vec<Spot>,
    pub(crate) network: Spot,
    /// Where the first line of the filters stands.
    pub(crate) filters: f64,
    pub(crate) columns: Vec<Column<'a>>,
}

pub(crate) const LINE: f64 = 17.0;
pub(crate) const PAD: f64 = 12.0;
const MARGIN: f64 = 8.0;
const GAP: f64 = 14.0;
const CARD: f64 = 274.0;
/// More columns than these go below.
const COLUMNS_MAX: usize = 3;
const WIRE: f64 = 34.0;
const INTERNET_HEIGHT: f64 = 34.0;
const HEAD: f64 = 44.0;
/// Between cards of one column.
const BETWEEN: f64 = 10.0;

/// Finds the places.
pub(crate) fn layout(topology: &Topology) -> Layout<'_> {
    // What servers have besides their networks stands beside them.
    let (beside, inside): (Vec<Group<'_>>, Vec<Group<'_>>) = groups(topology)
        .into_iter()
        .partition(|group| group.is_beside());
    let zoned = inside.iter().any(|group| group.zone.is_some());
    let column = CARD + if zoned { 2.0 * PAD } else { 0.0 };
    let in_a_row = inside.len().clamp(1, COLUMNS_MAX) as f64;
    let network_width = in_a_row * column + (in_a_row - 1.0) * GAP + 2.0 * PAD;
    let beside_width = beside.len() as f64 * (CARD + GAP);
    let gateways_wide = topology.gateways.len().clamp(1, COLUMNS_MAX) as f64;
    let gateways_width = gateways_wide * (CARD + GAP) - GAP;
    let content = (network_width + beside_width)
        .max(gateways_width)
        .max(560.0);
    let network_width = content - beside_width;
    let width = content + 2.0 * MARGIN;
    let mut y = MARGIN;
    let internet = (!topology.gateways.is_empty()).then_some(Spot {
        x: MARGIN,
        y,
        width: content,
        height: INTERNET_HEIGHT,
    });
    if internet.is_some() {
        y += INTERNET_HEIGHT + WIRE;
    }
    let apart = (!beside.is_empty()).then_some(MARGIN + network_width + GAP);
    let gateways = gateways(topology, apart, network_width, &mut y);
    let mut network = Spot {
        x: MARGIN,
        y,
        width: network_width,
        height: 0.0,
    };
    let mut below = y;
    let mut columns = columns(
        &beside,
        (network.x + network_width + GAP, CARD),
        0.0,
        &mut below,
    );
    let has_ranges = topology.network.iter().any(|area| !area.cidrs.is_empty());
    y += if has_ranges { HEAD } else { HEAD - LINE };
    let filters = y;
    let lines = topology.filters.len() as f64;
    y += LINE * lines + if lines > 0.0 { 8.0 } else { 0.0 };
    let place = (network.x + PAD, column);
    columns.extend(self::columns(
        &inside,
        place,
        network_width - 2.0 * PAD,
        &mut y,
    ));
    network.height = y - network.y;
    Layout {
        width,
        height: y.max(below) + MARGIN,
        internet,
        gateways,
        network,
        filters,
        columns,
    }
}

/// The gateways in rows above the network; the provider's own above what it leads to.
fn gateways(topology: &Topology, apart: Option<f64>, network_width: f64, y: &mut f64) -> Vec<Spot> {
    let is_apart = |gateway: &Gateway| apart.is_some() && gateway.part.key == INTERNET;
    let lines = topology.gateways.iter().map(lines).fold(0.0, f64::max);
    let height = 2.0 * PAD + LINE * lines;
    let own = topology
        .gateways
        .iter()
        .filter(|one| !is_apart(one))
        .count();
    let mut spots = Vec::new();
    let mut at = 0;
    for gateway in &topology.gateways {
        let spot = |x, y| Spot {
            x,
            y,
            width: CARD,
            height,
        };
        if let (true, Some(x)) = (is_apart(gateway), apart) {
            spots.push(spot(x, *y));
            continue;
        }
        let (row, place) = (at / COLUMNS_MAX, at % COLUMNS_MAX);
        let in_row = (own - row * COLUMNS_MAX).min(COLUMNS_MAX) as f64;
        let left = MARGIN + (network_width - (in_row * (CARD + GAP) - GAP)) / 2.0;
        let x = left + place as f64 * (CARD + GAP);
        spots.push(spot(x, *y + row as f64 * (height + GAP)));
        at += 1;
    }
    if !spots.is_empty() {
        let rows = own.div_ceil(COLUMNS_MAX).max(1) as f64;
        *y += rows * (height + GAP) - GAP + WIRE;
    }
    spots
}

/// Title, name, families, and a line for what else there is to say.
fn lines(gateway: &Gateway) -> f64 {
    let has_name = gateway.part.key != INTERNET;
    let has_note = gateway.part.planned || gateway.inside.is_some() || gateway.shut.is_some();
    let lines = gateway.ways.len() + usize::from(has_name) + usize::from(has_note);
    lines as f64 + 0.7
}

/// The subnets of one zone.
struct Group<'a> {
    zone: Option<&'a str>,
    subnets: Vec<&'a Subnet>,
}

impl Group<'_> {
    fn is_beside(&self) -> bool {
        self.subnets.iter().all(|subnet| subnet.part.key == PUBLIC)
    }
}

/// By zone, in the order of the subnets; a subnet without a zone stands by itself.
fn groups(topology: &Topology) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for subnet in &topology.subnets {
        let zone = subnet.zone.as_deref().filter(|_| subnet.part.key != PUBLIC);
        let mut there = groups.iter_mut();
        match there.find(|group| group.zone.is_some() && group.zone == zone) {
            Some(group) => group.subnets.push(subnet),
            None => groups.push(Group {
                zone,
                subnets: vec![subnet],
            }),
        }
    }
    groups
}

/// In rows, each in the middle of the room that there is.
fn columns<'a>(
    groups: &[Group<'a>],
    (left, wide): (f64, f64),
    room: f64,
    y: &mut f64,
) -> Vec<Column<'a>> {
    let mut columns = Vec::new();
    for row in groups.chunks(COLUMNS_MAX) {
        let top = *y;
        let mut bottom = top;
        let taken = row.len() as f64 * (wide + GAP) - GAP;
        let left = left + ((room - taken) / 2.0).max(0.0);
        for (place, group) in row.iter().enumerate() {
            let x = left + place as f64 * (wide + GAP);
            let column = column(group, x, top, wide);
            bottom = bottom.max(top + column.spot.height);
            columns.push(column);
        }
        *y = bottom + GAP;
    }
    columns
}

fn column<'a>(group: &Group<'a>, x: f64, top: f64, wide: f64) -> Column<'a> {
    let (inset, head) = match group.zone {
        Some(_) => (PAD, 26.0),
        None => (0.0, 0.0),
    };
    let mut at = top + head;
    let mut cards = Vec::new();
    for subnet in &group.subnets {
        let height = height(subnet);
        let spot = Spot {
            x: x + inset,
            y: at,
            width: wide - 2.0 * inset,
            height,
        };
        cards.push((*subnet, spot));
        at += height + BETWEEN;
    }
    let spot = Spot {
        x,
        y: top,
        width: wide,
        height: at + inset - BETWEEN - top,
    };
    Column {
        zone: group.zone,
        spot,
        cards,
    }
}

/// Title, a range and a way out for each family.
fn height(subnet: &Subnet) -> f64 {
    let families = Family::BOTH.iter().filter(|family| subnet.has(**family));
    let families = families.count().max(1) as f64;
    let ranges = subnet.cidrs.len() + subnet.awaits.len();
    LINE * (1.0 + (ranges as f64).max(1.0) + families) + 2.0 * PAD
}
