//! Whether a vehicle and its driver may serve a package at all, whatever else they do.

use crate::model::{Capability, Driver, Package, PackageKind, Pickup, ServiceDay};
use crate::travel::{UnitVector, straight};
use crate::units::Money;

/// What a driver costs on top for a stop of these packages: something where none of them goes to
/// his own postal codes.
pub(super) fn outside(driver: Option<&Driver>, packages: &[&Package]) -> Money {
    let strange = |driver: &&Driver| !packages.iter().any(|p| driver.knows(p.zip()));
    driver
        .filter(strange)
        .map_or(Money::ZERO, Driver::price_outside)
}

/// What it costs beside the way that vehicle `v` of the request serves a package with a driver; none
/// when it may not. What the driver asks outside of his postal codes is asked for a stop, see
/// [`outside`].
pub(super) fn admit(
    request: &ServiceDay,
    (v, driver): (usize, Option<&Driver>),
    package: &Package,
) -> Option<Money> {
    let vehicle = &request.vehicles()[v];
    let delivery = package.kind() != PackageKind::ReturnPickup && package.pickup().is_none();
    if package.pin().is_some_and(|pin| pin != vehicle.id())
        || (delivery && vehicle.under_way().is_some() && package.pin().is_none())
        || !vehicle.takes(package.temperature())
    {
        return None;
    }
    let able = driver.map_or(&[][..], Driver::capabilities);
    let has = |need: &Capability| vehicle.capabilities().contains(need) || able.contains(need);
    let mut choices = request.needs_any(package);
    if !package.needs().iter().all(has) || !choices.all(|any_of| any_of.iter().any(has)) {
        return None;
    }
    if vehicle.is_reserved() {
        let mut wanted = request.needs_any(package).flatten();
        if !package.needs().iter().any(has) && !wanted.any(has) {
            return None;
        }
    }
    if let Some(radius) = vehicle.radius() {
        let start = UnitVector::of(request.vehicle_start(v).lat_lng()?);
        let pickup = package.pickup().map(Pickup::place);
        for place in pickup.into_iter().chain([package.place()]) {
            if straight(&start, &UnitVector::of(place.lat_lng()?)) > radius {
                return None;
            }
        }
    }
    let Some(provider) = request.vehicle_provider(v) else {
        return Some(Money::ZERO);
    };
    let zip = package.zip();
    let asked = if provider.prefers(zip) {
        Money::ZERO
    } else {
        provider.price_outside()
    };
    provider.may_serve(zip).then_some(asked)
}
