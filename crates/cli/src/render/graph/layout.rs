//! Where boxes stand: in layers, what is needed above what needs it.

/// Rounds of sorting by neighbours; few boxes settle in far fewer.
const SWEEPS: usize = 8;

/// The boxes of each layer, top first, so that every arrow points upwards and few cross.
///
/// The layers of a graph: a box stands one below the lowest of what it needs; within a layer by the
/// mean place of its neighbours (the barycentre heuristic of Sugiyama, Tagawa and Toda).
pub(crate) fn layers(boxes: usize, arrows: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let rank = ranks(boxes, arrows);
    let count = rank.iter().max().map_or(0, |deepest| deepest + 1);
    let mut layers: Vec<Vec<usize>> = (0..count)
        .map(|layer| (0..boxes).filter(|place| rank[*place] == layer).collect())
        .collect();
    for sweep in 0..SWEEPS {
        for place in 0..count {
            let layer = if sweep % 2 == 0 {
                place
            } else {
                count - 1 - place
            };
            let sorted = sort(&layers, layer, arrows);
            layers[layer] = sorted;
        }
    }
    layers
}

/// The way of each arrow, from place to place: its ends, and between them one new place in every
/// layer that it crosses, so that it crosses no box. New places are numbered from `boxes` on.
pub(crate) fn ways(boxes: usize, arrows: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let rank = ranks(boxes, arrows);
    let mut next = boxes;
    let way = |(from, to): &(usize, usize)| {
        let between = rank[*from].saturating_sub(rank[*to] + 1);
        let mut way = vec![*from];
        way.extend(next..next + between);
        next += between;
        way.push(*to);
        way
    };
    arrows.iter().map(way).collect()
}

/// How deep each box stands. Arrows that run in a circle, which no plan has, stop counting.
fn ranks(boxes: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut rank = vec![0; boxes];
    for _ in 0..boxes {
        let mut settled = true;
        for (from, to) in arrows {
            if rank[*from] <= rank[*to] {
                rank[*from] = rank[*to] + 1;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    rank.iter()
        .map(|depth| (*depth).min(boxes.saturating_sub(1)))
        .collect()
}

fn sort(layers: &[Vec<usize>], layer: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let spot = |place: usize| {
        let at = layers.iter().find_map(|row| {
            let at = row.iter().position(|other| *other == place)?;
            Some((at as f64 + 0.5) / row.len() as f64)
        });
        at.unwrap_or_default()
    };
    let weight = |place: usize| {
        let beside = arrows
            .iter()
            .filter_map(|(from, to)| match (*from == place, *to == place) {
                (true, _) => Some(spot(*to)),
                (false, true) => Some(spot(*from)),
                (false, false) => None,
            });
        let beside: Vec<f64> = beside.collect();
        if beside.is_empty() {
            spot(place)
        } else {
            beside.iter().sum::<f64>() / beside.len() as f64
        }
    };
    let mut weighed: Vec<(f64, usize)> = layers[layer]
        .iter()
        .map(|place| (weight(*place), *place))
        .collect();
    weighed.sort_by(|a, b| a.0.total_cmp(&b.0));
    weighed.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_stands_above_what_needs_it() {
        // network, subnet a, subnet b, router, interface a (subnet a, router)
        let arrows = [(1, 0), (2, 0), (4, 1), (4, 3)];
        let layers = layers(5, &arrows);
        let depth = |place| layers.iter().position(|row| row.contains(&place)).unwrap();
        assert!(
            arrows.iter().all(|(from, to)| depth(*from) > depth(*to)),
            "{layers:?}"
        );
    }

    #[test]
    fn boxes_are_ordered_so_that_arrows_do_not_cross() {
        let layers = layers(4, &[(2, 1), (3, 0)]);
        assert_eq!(
            layers[0].iter().position(|place| *place == 1),
            layers[1].iter().position(|place| *place == 2)
        );
    }

    #[test]
    fn a_long_arrow_has_a_place_in_every_layer_that_it_crosses() {
        // 2 needs 1 needs 0, and 2 needs 0 itself.
        assert_eq!(
            ways(3, &[(1, 0), (2, 1), (2, 0)]),
            [vec![1, 0], vec![2, 1], vec![2, 3, 0]]
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(layers(0, &[]).is_empty());
    }
}
