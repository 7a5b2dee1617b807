//! From degrees to the pixels of a map panel.

use crate::model::LatLng;

/// Length of one degree of latitude on a sphere of 6,371.0088 km radius.
const KM_PER_DEGREE: f64 = 111.195_08;
/// A map never shows less than this, so that a single point has a frame.
const LEAST_KM: f64 = 0.5;

/// An equirectangular projection: longitudes shrink by the cosine of the middle latitude.
///
/// For a delivery area the error of this is far below a pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Middle of the area; longitudes are taken as differences from it, so that an area may lie
    /// across the 180th meridian.
    middle: LatLng,
    shrink: f64,
    /// Pixels per kilometre.
    pub(crate) scale: f64,
    /// Size of the panel in pixels.
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Frame {
    /// A frame around all points that is at most as large as said; `None` without points.
    pub(crate) fn around(
        points: impl Iterator<Item = LatLng> + Clone,
        most_width: f64,
        most_height: f64,
    ) -> Option<Self> {
        let anchor = points.clone().next()?;
        let (mut south, mut north) = (anchor.lat, anchor.lat);
        let (mut west, mut east) = (0.0_f64, 0.0_f64);
        for point in points {
            south = south.min(point.lat);
            north = north.max(point.lat);
            let lng = unwrapped(point.lng - anchor.lng);
            west = west.min(lng);
            east = east.max(lng);
        }
        let middle = LatLng {
            lat: f64::midpoint(south, north),
            lng: anchor.lng + f64::midpoint(west, east),
        };
        // At a pole every meridian is one point; a tenth of a degree from it is close enough.
        let shrink = middle.lat.to_radians().cos().max(0.001);
        let wide = ((east - west) * shrink * KM_PER_DEGREE * 1.06).max(LEAST_KM);
        let high = ((north - south) * KM_PER_DEGREE * 1.06).max(LEAST_KM);
        let scale = (most_width / wide).min(most_height / high);
        Some(Self {
            middle,
            shrink,
            scale,
            width: (wide * scale).clamp(most_width * 0.45, most_width),
            height: (high * scale).clamp(most_height * 0.45, most_height),
        })
    }

    /// Pixels from the left and from the top of the panel.
    pub(crate) fn pixel(&self, point: LatLng) -> (f64, f64) {
        let east = unwrapped(point.lng - self.middle.lng) * self.shrink * KM_PER_DEGREE;
        let north = (point.lat - self.middle.lat) * KM_PER_DEGREE;
        (
            self.width / 2.0 + east * self.scale,
            self.height / 2.0 - north * self.scale,
        )
    }

    /// A round length in km (1, 2 or 5 times a power of ten) of at most a quarter of the width.
    pub(crate) fn scale_bar_km(&self) -> f64 {
        let most = self.width / 4.0 / self.scale;
        let power = 10.0_f64.powf(most.log10().floor());
        [5.0, 2.0, 1.0]
            .into_iter()
            .map(|step| step * power)
            .find(|&km| km <= most)
            .unwrap_or(power)
    }
}

/// A difference of longitudes as the shorter way around the globe.
fn unwrapped(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lng: f64) -> LatLng {
        LatLng { lat, lng }
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let points = [at(60.0, 10.0), at(61.0, 11.0)];
        let frame = Frame::around(points.into_iter(), 800.0, 800.0).expect("there are points");
        let (x0, y0) = frame.pixel(points[0]);
        let (x1, y1) = frame.pixel(points[1]);
        assert!(x0 < x1 && y0 > y1);
        // At 60.5 degrees a degree of longitude is 0.4924 times as long as one of latitude.
        assert!(((x1 - x0) / (y0 - y1) - 0.4924).abs() < 1e-3);
        for (x, y) in [(x0, y0), (x1, y1)] {
            assert!((0.0..=frame.width).contains(&x) && (0.0..=frame.height).contains(&y));
        }
    }

    #[test]
    fn a_single_point_is_in_the_middle() {
        let frame = Frame::around([at(1.0, 2.0)].into_iter(), 800.0, 600.0).expect("a point");
        let (x, y) = frame.pixel(at(1.0, 2.0));
        assert!((x - frame.width / 2.0).abs() < 1e-9 && (y - frame.height / 2.0).abs() < 1e-9);
        assert!(frame.scale.is_finite());
    }

    #[test]
    fn no_points_no_frame() {
        assert!(Frame::around(std::iter::empty(), 800.0, 600.0).is_none());
    }

    #[test]
    fn an_area_across_the_180th_meridian_stays_together() {
        let points = [at(-17.0, 179.9), at(-17.1, -179.9)];
        let frame = Frame::around(points.into_iter(), 800.0, 800.0).expect("there are points");
        let (x0, _) = frame.pixel(points[0]);
        let (x1, _) = frame.pixel(points[1]);
        assert!(x0 < x1, "{x0} {x1}");
        // 0.2 degrees and the border around them, not 360.
        assert!(frame.width / frame.scale < 30.0);
    }

    #[test]
    fn the_scale_bar_is_a_round_length() {
        let points = [at(30.0, -98.0), at(30.5, -97.5)];
        let frame = Frame::around(points.into_iter(), 1_000.0, 1_000.0).expect("points");
        assert!((frame.scale_bar_km() - 10.0).abs() < 1e-9);
    }
}
