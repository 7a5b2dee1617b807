//! What a plan is asked to make small.

use doorstep::Error;
use doorstep::model::{Costs, ServiceDay};

/// The objective of an example's command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Objective {
    /// Money, at the costs of the day and of its vehicles.
    Cost,
    /// Time at the wheel and nothing else.
    Driving,
}

/// The same days with the costs that stand for an objective.
///
/// # Errors
///
/// None for days that were valid before.
pub(crate) fn with_objective(
    days: Vec<ServiceDay>,
    objective: Objective,
) -> Result<Vec<ServiceDay>, Error> {
    match objective {
        Objective::Cost => Ok(days),
        Objective::Driving => days.iter().map(driving).collect(),
    }
}

fn driving(day: &ServiceDay) -> Result<ServiceDay, Error> {
    let costs = Costs::driving_only();
    let vehicles = day.vehicles().iter().cloned();
    let mut builder = ServiceDay::builder(day.station().clone())
        .delivery_hours(day.delivery_hours())
        .packages(day.packages().iter().cloned())
        // A vehicle's own costs would hide those of the day.
        .vehicles(vehicles.map(|vehicle| vehicle.with_costs(costs)))
        .travel(day.travel().clone())
        .service_times(*day.service_times())
        .costs(costs);
    if let Some(date) = day.date() {
        builder = builder.date(date);
    }
    builder.build()
}
