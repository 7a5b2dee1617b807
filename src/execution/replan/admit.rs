//! Whether a vehicle may serve a package at all, whatever else it does.

use crate::model::{Capability, Package, PackageKind, ServiceDay};
use crate::travel::{UnitVector, straight};
use crate::units::Money;

/// What it costs beside the way that vehicle `v` of the request serves a package; none when it may
/// not.
pub(super) fn admit(request: &ServiceDay, v: usize, package: &Package) -> Option<Money> {
    let vehicle = &request.vehicles()[v];
    let delivery = package.kind() != PackageKind::ReturnPickup;
    if package.pin().is_some_and(|pin| pin != vehicle.id())
        || (delivery && vehicle.under_way().is_some() && package.pin().is_none())
        || !vehicle.takes(package.temperature())
    {
        return None;
    }
    let has = |need: &Capability| vehicle.capabilities().contains(need);
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
        if straight(&start, &UnitVector::of(package.place().lat_lng()?)) > radius {
            return None;
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
