//! Zones and blocks below the routes: pale areas around their stops.

use std::fmt::Write as _;

use super::super::options::{Layer, MapOptions};
use super::super::page::px;
use super::super::style::{escape, shorten};
use super::frame::Frame;
use super::labels::{Area, Room};
use crate::model::{LatLng, ServiceDay};
use crate::sortation::{group, zones as zones_of};

/// Fills of neighbouring zones. Zones come along a curve, so that the ones before and after are
/// the likeliest neighbours; pale, as the colours on top belong to routes.
const FILLS: [&str; 5] = ["#dfe8d8", "#dde4f0", "#f0e4d4", "#e6dcec", "#d6ebe9"];
/// Outlines that go with them.
const EDGES: [&str; 5] = ["#8aa27a", "#8397b8", "#bf9a68", "#9c80ab", "#6fa6a1"];

/// One area of the sheet.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) layer: Layer,
    pub(crate) name: String,
    /// Which of the fills.
    pub(crate) tint: usize,
    /// All its stops; what is drawn is their hull on the page.
    pub(crate) points: Vec<LatLng>,
}

impl Region {
    /// The zones and blocks of a day, as far as they are wanted.
    pub(crate) fn of(day: &ServiceDay, options: &MapOptions) -> Vec<Self> {
        let (zones, blocks) = (options.shows(Layer::Zones), options.shows(Layer::Blocks));
        if !zones && !blocks {
            return Vec::new();
        }
        let grouping = group(day);
        let zoning = zones_of(day, &grouping);
        let places = |stops: &[u32]| -> Vec<LatLng> {
            let stops = stops.iter().map(|&stop| &grouping.stops()[stop as usize]);
            stops.filter_map(|stop| stop.place.lat_lng()).collect()
        };
        let zones = zoning.zones().iter().filter(|_| zones);
        let zones = zones.enumerate().map(|(tint, zone)| Self {
            layer: Layer::Zones,
            name: zone.id.to_string(),
            tint,
            points: places(&zone.stops),
        });
        let blocks = zoning.blocks().iter().filter(|_| blocks);
        let blocks = blocks.map(|block| Self {
            layer: Layer::Blocks,
            name: block.id.to_string(),
            tint: block.zone as usize,
            points: places(&block.stops),
        });
        zones.chain(blocks).collect()
    }
}

/// Draws the areas; wide round edges make one stop, or two, an area too.
pub(super) fn draw(svg: &mut String, regions: &[Region], frame: &Frame) {
    for region in regions {
        let pixels: Vec<(f64, f64)> = region.points.iter().map(|&p| frame.pixel(p)).collect();
        let mut path = String::new();
        for (i, (x, y)) in hull(pixels).into_iter().enumerate() {
            let step = if i == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{step}{} {}", px(x), px(y));
        }
        if path.is_empty() {
            continue;
        }
        let tint = region.tint % FILLS.len();
        let (class, look) = match region.layer {
            Layer::Blocks => (
                "block",
                format!(r#"fill="none" stroke="{}" stroke-width="0.7""#, EDGES[tint]),
            ),
            _ => (
                "zone",
                format!(
                    r#"fill="{}" fill-opacity="0.8" stroke="{}" stroke-width="1.2" stroke-dasharray="5 3""#,
                    FILLS[tint], EDGES[tint]
                ),
            ),
        };
        let _ = writeln!(
            svg,
            r#"<path class="{class}" d="{path}Z" {look} stroke-linejoin="round"><title>{class} {}</title></path>"#,
            escape(&region.name),
        );
    }
}

/// Names of zones, where there is room for them.
pub(super) fn name(svg: &mut String, regions: &[Region], frame: &Frame, room: &mut Room) {
    for region in regions.iter().filter(|r| r.layer == Layer::Zones) {
        let pixels: Vec<(f64, f64)> = region.points.iter().map(|&p| frame.pixel(p)).collect();
        let name = shorten(&region.name, 16);
        let wide = 6.2 * name.chars().count() as f64;
        // The middle first, then the corners drawn half way to it.
        let count = pixels.len().max(1) as f64;
        let x = pixels.iter().map(|p| p.0).sum::<f64>() / count;
        let y = pixels.iter().map(|p| p.1).sum::<f64>() / count;
        let halves = pixels
            .iter()
            .map(|p| (f64::midpoint(p.0, x), f64::midpoint(p.1, y)));
        let mut places = std::iter::once((x, y)).chain(halves);
        let free = places.find(|&(x, y)| room.is_free(Area::around(x, y, wide, 11.0)));
        let Some((x, y)) = free else {
            continue;
        };
        room.take(Area::around(x, y, wide, 11.0));
        let _ = writeln!(
            svg,
            r##"<text x="{}" y="{}" text-anchor="middle" font-size="11" font-style="italic" fill="#4b5563">{}</text>"##,
            px(x),
            px(y + 4.0),
            escape(&name),
        );
    }
}

/// The convex hull, counter-clockwise on the page (monotone chain, Andrew 1979).
fn hull(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut chain = half(points.iter());
    chain.extend(half(points.iter().rev()));
    chain
}

/// One half of the hull, without its last point.
fn half<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Vec<(f64, f64)> {
    let mut chain: Vec<(f64, f64)> = Vec::new();
    for &point in points {
        while let [.., a, b] = chain[..] {
            let turn = (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0);
            if turn > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(point);
    }
    chain.pop();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_has_the_corners_only() {
        let square = vec![
            (0.0, 0.0),
            (2.0, 0.0),
            (1.0, 1.0),
            (2.0, 2.0),
            (0.0, 2.0),
            (1.0, 0.0),
        ];
        let mut corners = hull(square);
        corners.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        assert_eq!(corners, [(0.0, 0.0), (0.0, 2.0), (2.0, 0.0), (2.0, 2.0)]);
    }

    #[test]
    fn few_or_equal_points_are_their_own_hull() {
        assert!(hull(vec![]).is_empty());
        assert_eq!(hull(vec![(1.0, 1.0); 4]), [(1.0, 1.0)]);
        assert_eq!(hull(vec![(1.0, 1.0), (0.0, 0.0)]).len(), 2);
        assert_eq!(
            hull(vec![(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]),
            [(0.0, 0.0), (2.0, 2.0)]
        );
    }
}
