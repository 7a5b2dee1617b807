//! Numbers on the map: each route's at its first stop, and stops' positions where there is room.

use std::fmt::Write as _;

use super::super::page::px;
use super::super::style::Stroke;
use super::frame::Frame;
use super::labels::{Area, Room};
use super::sheet::{Sheet, Track};

/// Width of one digit and height of an order number.
const DIGIT: f64 = 5.2;
const HIGH: f64 = 7.0;

/// Everything that has a number, in pixels, and what is taken of the panel.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    tracks: &'a [&'a Track],
    pixels: Vec<Vec<(f64, f64)>>,
    room: Room,
    /// Where a route's number is, for routes with a place to draw.
    badges: Vec<Option<(f64, f64)>>,
}

impl<'a> Numbers<'a> {
    /// Takes the room of stations; the routes are not there yet.
    pub(super) fn new(frame: &Frame, sheet: &Sheet, tracks: &'a [&'a Track]) -> Self {
        let pixels = tracks
            .iter()
            .map(|t| t.points.iter().map(|&p| frame.pixel(p)).collect());
        let mut room = Room::new(frame.width, frame.height);
        for station in &sheet.stations {
            if let Some((x, y)) = station.at.map(|at| frame.pixel(at)) {
                room.take(Area::around(x, y, 20.0, 20.0));
                let wide = 8.6 * station.name.chars().count() as f64;
                room.take(Area::around(x + 12.0 + wide / 2.0, y, wide, 14.0));
            }
        }
        Self {
            tracks,
            pixels: pixels.collect(),
            room,
            badges: Vec::new(),
        }
    }

    pub(super) fn room(&mut self) -> &mut Room {
        &mut self.room
    }

    /// Finds places for the routes' numbers, then takes the room of all lines.
    ///
    /// A number stands beside its first stop, else at the first of its stops where it covers no
    /// other number, else on its first stop.
    pub(super) fn place_routes(&mut self) {
        for (track, pixels) in self.tracks.iter().zip(&self.pixels) {
            let (wide, high) = (2.0 * half(track.number), 13.0);
            let beside = pixels.first().into_iter().flat_map(|&(x, y)| {
                let (dx, dy) = (wide / 2.0 + 5.0, high / 2.0 + 5.0);
                [(x, y - dy), (x, y + dy), (x - dx, y), (x + dx, y)]
            });
            let mut places = beside.chain(pixels.iter().copied());
            let area = |(x, y): (f64, f64)| Area::around(x, y, wide + 1.0, high + 1.0);
            let free = places.find(|&at| self.room.is_free(area(at)));
            let place = free.or_else(|| pixels.first().copied());
            if let Some(at) = place {
                self.room.take(area(at));
            }
            self.badges.push(place);
        }
        for pixels in &self.pixels {
            for pair in pixels.windows(2) {
                self.room.take_line(pair[0], pair[1]);
            }
            for &(x, y) in pixels {
                self.room.take(Area::around(x, y, 4.0, 4.0));
            }
        }
    }

    /// Every tenth stop and the last come before every fifth, and these before the others.
    pub(super) fn draw_orders(&mut self, svg: &mut String) {
        let mut texts = vec![String::new(); self.tracks.len()];
        for step in [10, 5, 1] {
            for (pixels, text) in self.pixels.iter().zip(&mut texts) {
                for (position, &(x, y)) in (1_usize..).zip(pixels) {
                    let rank = rank(position, pixels.len());
                    if rank != step {
                        continue;
                    }
                    let wide = DIGIT * position.to_string().len() as f64;
                    let (dx, dy) = (wide / 2.0 + 4.5, HIGH / 2.0 + 3.5);
                    let places = [(x + dx, y), (x - dx, y), (x, y - dy), (x, y + dy)];
                    let area = |(x, y): (f64, f64)| Area::around(x, y, wide, HIGH);
                    let free = places.into_iter().find(|&at| self.room.is_free(area(at)));
                    let Some((x, y)) = free else {
                        continue;
                    };
                    self.room.take(area((x, y)));
                    let (x, y) = (px(x), px(y + 3.0));
                    let _ = write!(text, r#"<text x="{x}" y="{y}">{position}</text>"#);
                }
            }
        }
        for (track, text) in self.tracks.iter().zip(texts) {
            if !text.is_empty() {
                let _ = writeln!(
                    svg,
                    r##"<g data-route="{}" font-size="8.5" text-anchor="middle" fill="#3a424c">{text}</g>"##,
                    track.number
                );
            }
        }
    }

    pub(super) fn draw_routes(&self, svg: &mut String, strokes: &[Stroke]) {
        for (track, place) in self.tracks.iter().zip(&self.badges) {
            let Some((x, y)) = place else {
                continue;
            };
            let (number, half) = (track.number, half(track.number));
            let stroke = &strokes[number - 1];
            let _ = writeln!(
                svg,
                r##"<g class="number" data-route="{number}" transform="translate({x:.1} {y:.1})"><rect x="-{half}" y="-6.5" width="{}" height="13" rx="6.5" fill="{}" stroke="#ffffff"/><text y="3.4" font-size="9.5" font-weight="bold" fill="{}" text-anchor="middle">{number}</text></g>"##,
                2.0 * half,
                stroke.colour,
                stroke.ink,
            );
        }
    }
}

/// In which round a stop's position is printed.
fn rank(position: usize, last: usize) -> usize {
    if position.is_multiple_of(10) || position == last {
        10
    } else if position.is_multiple_of(5) {
        5
    } else {
        1
    }
}

/// Half the width of a route's number.
fn half(number: usize) -> f64 {
    4.5 + 3.0 * number.to_string().len() as f64
}
