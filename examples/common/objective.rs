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
    day.to_builder()
        // A vehicle's own costs would hide those of the day.
        .edit_vehicles(|vehicles| {
            for vehicle in vehicles {
                *vehicle = vehicle.clone().with_costs(costs);
            }
        })
        .costs(costs)
        .build()
}
