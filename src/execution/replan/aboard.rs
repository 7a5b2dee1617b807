//! What is on board along the rest of a route.
//!
//! Deliveries are on board until their stop and pickups from theirs on; what is collected on the way,
//! in between. What a vehicle carries
//! besides, handed over to nobody, is taken off its room before.

use crate::model::{Package, PackageKind, Temperature, Vehicle};
use crate::units::Load;

/// Packages, cubic centimetres, grams, and cubic centimetres of each temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aboard([u64; 3 + Temperature::ALL.len()]);

impl Aboard {
    pub(super) const ZERO: Self = Self([0; 3 + Temperature::ALL.len()]);

    fn of(package: &Package) -> Self {
        let load = package.load();
        let mut amounts = Self::ZERO;
        amounts.0[..3].copy_from_slice(&[load.count.into(), load.volume_cm3, load.weight_g]);
        for (amount, temperature) in amounts.0[3..].iter_mut().zip(Temperature::ALL) {
            if temperature == package.temperature() {
                *amount = load.volume_cm3;
            }
        }
        amounts
    }

    /// What a vehicle has room for; without a limit all there may ever be.
    pub(super) fn room(vehicle: &Vehicle) -> Self {
        let capacity = vehicle.capacity();
        let mut most = [u64::MAX; 3 + Temperature::ALL.len()];
        let stated = [
            capacity.count.map(u64::from),
            capacity.volume_cm3,
            capacity.weight_g,
        ];
        let stated = stated.into_iter();
        let stated = stated.chain(Temperature::ALL.map(|t| vehicle.compartment(t)));
        for (most, stated) in most.iter_mut().zip(stated) {
            *most = stated.unwrap_or(u64::MAX);
        }
        Self(most)
    }

    /// What some packages bring to their stop, and what they take on there.
    pub(super) fn of_stop<'a>(packages: impl IntoIterator<Item = &'a Package>) -> [Self; 2] {
        let mut sums = [Self::ZERO; 2];
        for package in packages {
            let taken = package.kind() == PackageKind::ReturnPickup;
            let sum = &mut sums[usize::from(taken)];
            *sum = sum.plus(Self::of(package));
        }
        sums
    }

    /// What is on board on each leg of a route, one more than it has stops, and at the most up to
    /// it and from it on; the stops as what they bring and what they take, and what is on board at
    /// first.
    pub(super) fn along(loaded: Self, stops: &[[Self; 2]]) -> Vec<[Self; 2]> {
        let mut now = loaded;
        let mut legs = vec![[now; 2]];
        let mut most = now;
        for &[brings, takes] in stops {
            now = now.minus(brings).plus(takes);
            most = most.most(now);
            legs.push([most, now]);
        }
        for i in (1..legs.len()).rev() {
            legs[i - 1][1] = legs[i - 1][1].most(legs[i][1]);
        }
        legs
    }

    pub(super) fn plus(self, other: Self) -> Self {
        self.each(other, u64::saturating_add)
    }

    fn minus(self, other: Self) -> Self {
        self.each(other, u64::saturating_sub)
    }

    fn most(self, other: Self) -> Self {
        self.each(other, u64::max)
    }

    fn each(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|i| join(self.0[i], other.0[i])))
    }

    pub(super) fn fits(self, room: Self) -> bool {
        self.0.iter().zip(room.0).all(|(&own, most)| own <= most)
    }

    /// Packages, volume and weight alone.
    pub(super) fn load(self) -> Load {
        Load {
            count: u32::try_from(self.0[0]).unwrap_or(u32::MAX),
            volume_cm3: self.0[1],
            weight_g: self.0[2],
        }
    }
}
