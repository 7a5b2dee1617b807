//! The report: all of the plan is in it, nothing of the request becomes markup, nothing is loaded.

use doorstep::Money;
use doorstep::format::to_html;
use doorstep::model::{Package, Place, Promise, ServiceDay, Station, TimeWindow, Vehicle};
use doorstep::plan::Plan;
use doorstep::units::TimeOfDay;

use crate::fixture::{day, matrix_day, plan, written};
use crate::xml::{assert_well_formed, between};

/// The page without its document type, style and script, as the XML that it also is.
fn markup(page: &str) -> String {
    let page = page
        .strip_prefix("<!DOCTYPE html>\n")
        .expect("a document type");
    let cut = |text: &str, from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "one {from}");
        let start = text.find(from).expect("it starts");
        let end = text.find(to).expect("it ends") + to.len();
        format!("{}{}", &text[..start], &text[end..])
    };
    let page = cut(page, "<style>", "</style>");
    cut(&page, "<script>", "</script>")
}

#[track_caller]
fn assert_page(page: &str) -> String {
    let markup = markup(page);
    assert_well_formed(&markup);
    markup
}

/// One van with two stops of three packages, one package for a carrier, two left.
fn full() -> (ServiceDay, Plan) {
    let at = |i: i32| Place::at(30.2 + 0.01 * f64::from(i), -97.7);
    let ordered = TimeOfDay::hm(5, 0);
    let day = ServiceDay::builder(Station::new("S<1>", at(0)))
        .packages([
            Package::new("door-1", at(1), "78701").with_address_key("a"),
            Package::new("door-2", at(1), "78701").with_address_key("a"),
            Package::new("late-1", at(2), "78702").with_promise(Promise::TwoHour { ordered }),
            Package::new("left-1", at(3), "78703").with_window(TimeWindow::hm((9, 0), (12, 0))),
            Package::new("left-2", at(4), "78704").with_attempts(2),
            Package::new("given-1", at(5), "78705").with_tender(Money::from_cents(725)),
        ])
        .vehicles([Vehicle::cargo_van("van-1"), Vehicle::bicycle("bike-1")])
        .build()
        .expect("a valid day");
    let plan = written(&day, &[0, 2], &[3, 4, 5]);
    (day, plan)
}

#[test]
fn every_visit_package_and_figure_is_there() {
    let (day, plan) = full();
    let page = assert_page(&to_html(&[(&day, &plan)]));
    let visits = between(&page, "id=\"route-1\"", "</details>");
    assert_eq!(
        visits.matches("<tr").count(),
        1 + plan.routes[0].visits.len()
    );
    for visit in &plan.routes[0].visits {
        let row = visits
            .split("<tr")
            .find(|row| row.contains(&format!("<td>{}</td>", visit.stop)));
        let row = row.expect("a row for each stop");
        for text in [
            visit.arrive.hms(),
            visit.start.hms(),
            visit.leave.hms(),
            visit.zip.to_string(),
        ] {
            assert!(row.contains(&format!("<td>{text}</td>")), "{text} in {row}");
        }
        for package in &visit.packages {
            assert!(row.contains(package.as_str()), "{package} in {row}");
        }
    }
    assert!(visits.contains("<td>1 package late</td>"));
    let route = between(&page, "<tr data-route=\"1\">", "</tr>");
    for text in [
        "van-1",
        "cargo van",
        &plan.routes[0].depart.hms(),
        &plan.routes[0].cost.to_string(),
    ] {
        assert!(
            route.contains(&format!("<td>{text}</td>")),
            "{text} in {route}"
        );
    }
    let score = between(&page, "<table class=\"score\">", "</table>");
    for line in plan.scorecard.to_string().lines() {
        // Label and value stand at the two ends of a line; the last line tells the prices.
        let Some((label, value)) = line.trim().rsplit_once("  ") else {
            continue;
        };
        let row = format!(">{}</th><td>{}</td>", label.trim(), value.trim());
        assert!(score.contains(&row), "{row}");
    }
}

#[test]
fn what_is_left_and_given_away_has_its_reason_and_price() {
    let (day, plan) = full();
    let page = assert_page(&to_html(&[(&day, &plan)]));
    let left = between(&page, "<table class=\"unserved", "</table>");
    assert_eq!(plan.unserved.len(), 2);
    for unserved in &plan.unserved {
        let row = left
            .split("<tr>")
            .find(|row| row.contains(unserved.package.as_str()));
        let row = row.expect("a row for each package");
        assert!(row.contains(&unserved.reason.to_string()), "{row}");
    }
    assert!(left.contains("<td>09:00-12:00</td>") && left.contains("<td>2</td>"));
    let given = between(&page, "<table class=\"tendered", "</table>");
    assert!(given.contains("given-1") && given.contains("<td>7.25</td>"));
    assert!(!left.contains("given-1"));
    assert!(page.contains("1 route, 2 packages unserved."));
}

#[test]
fn fixes_and_blocks_of_the_solver_are_listed() {
    let day = ServiceDay::builder(Station::new("S", Place::at(30.0, -97.0)))
        .packages([Package::new("big", Place::at(30.1, -97.0), "78701").with_weight_g(900_000)])
        .vehicles([Vehicle::cargo_van("v")
            .with_capacity(doorstep::units::Capacity::UNLIMITED.with_weight_g(500_000))])
        .build()
        .expect("a valid day");
    let solver = doorstep::Solver::new().budget(doorstep::Budget::iterations(10));
    let plan = solver.solve(&day).expect("a plan").plan;
    let page = assert_page(&to_html(&[(&day, &plan)]));
    let left = between(&page, "<table class=\"unserved", "</table>");
    assert_eq!(plan.unserved.len(), 1);
    let unserved = &plan.unserved[0];
    assert!(!unserved.fixes.list().is_empty(), "{unserved:?}");
    for fix in unserved.fixes.list() {
        assert!(left.contains(&format!("<li>{fix}</li>")), "{fix}");
    }
    for blocked in unserved.blocks.iter() {
        assert!(left.contains(&format!("<li>{blocked}</li>")), "{blocked}");
    }
}

#[test]
fn hostile_ids_stay_text() {
    let evil = [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(2)>",
        "' onclick='alert(3)",
        "a&b;&lt;",
        "]]>--><!--",
        "\u{1}\u{fffe}",
    ];
    let at = |i: usize| Place::at(30.0 + 0.01 * i as f64, -97.0);
    let packages = (0..12).map(|i| Package::new(format!("{i}{}", evil[i % 6]), at(i), "7870<"));
    let day = ServiceDay::builder(Station::new(evil[0], at(20)))
        .packages(packages)
        .vehicles([Vehicle::cargo_van(evil[1]), Vehicle::cargo_van(evil[2])])
        .build()
        .expect("a valid day");
    let plan = written(&day, &[0, 1, 2, 3, 4, 5], &[6, 7, 8, 9, 10, 11]);
    let page = to_html(&[(&day, &plan)]);
    let markup = assert_page(&page);
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    for tag in ["<img", "<!--", "onclick=\"", " onerror=\""] {
        assert!(!markup.contains(tag), "{tag}");
    }
    assert!(page.contains("0&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("2&#39; onclick=&#39;alert(3)"));
    assert!(page.contains("3a&amp;b;&amp;lt;"));
    assert!(page.contains("7&quot;&gt;&lt;img src=x onerror=alert(2)&gt;"));
    assert!(!page.contains(['\u{1}', '\u{fffe}']));
}

#[test]
fn nothing_is_loaded() {
    let (day, plan) = full();
    let page = to_html(&[(&day, &plan)]);
    let own = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for sign in [
        "://",
        "src=",
        "@import",
        "url(",
        "<link",
        "fetch(",
        "XMLHttpRequest",
        "innerHTML",
    ] {
        assert!(!own.contains(sign), "{sign}");
    }
    for link in own.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..20]);
    }
    assert!(own.contains("default-src 'none'"));
}

#[test]
fn each_route_can_be_chosen_in_every_part() {
    let (first, second) = (full(), (day(), plan(&day())));
    let days = [(&first.0, &first.1), (&second.0, &second.1)];
    let page = assert_page(&to_html(&days));
    for number in 1..=2 {
        for (part, count) in [
            (format!("data-filter=\"{number}\""), 1),
            (format!("<tr data-route=\"{number}\">"), 1),
            (format!("id=\"route-{number}\""), 1),
            (format!("href=\"#route-{number}\""), 1),
            (format!("class=\"row\" data-route=\"{number}\""), 1),
            // The map of all, and the station's own.
            (format!("<g class=\"route\" data-route=\"{number}\""), 2),
        ] {
            assert_eq!(page.matches(&part).count(), count, "{part}");
        }
    }
    assert!(!page.contains("data-route=\"3\""));
    assert_eq!(page.matches("class=\"station-map\"").count(), 2);
    assert!(page.contains("<th scope=\"col\">all</th>"));
    let alone = to_html(&days[..1]);
    assert!(
        !alone.contains("class=\"station-map\"") && !alone.contains("<th scope=\"col\">all</th>")
    );
}

#[test]
fn pictures_and_tables_are_labelled() {
    let (day, plan) = full();
    let page = assert_page(&to_html(&[(&day, &plan)]));
    for svg in page.split("<svg ").skip(1) {
        let tag = &svg[..svg.find('>').expect("an end")];
        assert!(
            tag.contains("role=\"img\"") && tag.contains("aria-label=\""),
            "{tag}"
        );
    }
    for head in page.split("<th").skip(1).filter(|h| !h.starts_with("ead")) {
        assert!(
            head.starts_with(" scope=\"col\"") || head.starts_with(" scope=\"row\""),
            "{}",
            &head[..30]
        );
    }
    assert_eq!(
        page.matches("<table").count(),
        page.matches("<caption>").count()
    );
    assert!(page.contains("<html lang=\"en\">"));
}

#[test]
fn the_same_plan_is_the_same_page() {
    let (day, plan) = full();
    assert_eq!(
        to_html(&[(&day, &plan)]),
        to_html(&[(&day.clone(), &plan.clone())])
    );
}

#[test]
fn nothing_and_no_coordinates_are_pages_too() {
    assert_page(&to_html(&[]));
    let none = day();
    let page = assert_page(&to_html(&[(&none, &written(&none, &[], &[]))]));
    assert!(page.contains("No routes in this plan") && page.contains("Nothing is left."));
    let matrix = matrix_day(None);
    let page = assert_page(&to_html(&[(&matrix, &written(&matrix, &[0, 1], &[]))]));
    assert!(page.contains("No coordinates"));
    assert!(page.contains("class=\"row\" data-route=\"1\""));
    // A plan of another day: what is not known is left out, what is planned is written.
    let (_, other) = full();
    let page = assert_page(&to_html(&[(&matrix, &other)]));
    for id in ["door-1", "late-1", "left-2", "given-1"] {
        assert!(page.contains(id), "{id}");
    }
}
