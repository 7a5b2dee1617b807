#!/usr/bin/env python3
"""Looks at a report in a real browser: clicks, checks what is shown, takes pictures.

    cargo run --release --example plan_day -- --iterations 20000 --out out
    python3 tests/report/screenshot.py out/report.html out

Run by hand, not by `cargo test`. Needs Python 3.9 and a Chromium: the program that BROWSER_BIN
names, else chromium, chromium-browser or google-chrome of PATH; without one it says so and ends
with 0. It opens copies of the report, each with a few lines of script at its end that click and
write what they see into the page, so that no driver has to be installed.

Checks: all rows are there before a click; after a click on one route's filter only this route's
rows and lines are shown; a second click brings all back; a search leaves the rows that hold the
words; a heading sorts. Writes report.png, route.png and print.pdf into the folder. Ends with 1
when a check fails.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

NAMES = ["chromium", "chromium-browser", "google-chrome"]

# Counts what a reader sees: elements that take room on the page and are not faint.
SEEN = """
const seen = (selector) => Array.from(document.querySelectorAll(selector))
  .filter((e) => e.getClientRects().length > 0 && getComputedStyle(e).opacity === "1").length;
const open = (yes) => document.querySelectorAll("details.route").forEach((d) => { d.open = yes; });
const look = () => ({
  rows: seen("table.routes tbody tr"), visits: seen("table.visits tbody tr"),
  lines: seen("section > figure.map g.route"), bars: seen("figure.timeline g.row[data-route]"),
});
const chips = document.querySelectorAll("[data-filter]");
const chip = chips[Math.min(2, chips.length - 1)];
"""

CHECK = SEEN + """
const result = { routes: chips.length, route: chip.dataset.filter };
open(true);
result.before = look();
result.own = document.querySelectorAll("#route-" + result.route + " tbody tr").length;
chip.click();
result.filtered = look();
result.shown = Array.from(document.querySelectorAll("table.routes tbody tr"))
  .filter((e) => e.getClientRects().length > 0).map((e) => e.dataset.route);
chip.click();
result.after = look();
const field = document.getElementById("find");
const word = document.querySelector("table.visits tbody tr td:last-child").textContent.split(" ")[0];
const type = (text) => { field.value = text; field.dispatchEvent(new Event("input")); };
type(word);
result.found = look().visits;
result.holding = Array.from(document.querySelectorAll("table.visits tbody tr"))
  .filter((e) => e.textContent.toLowerCase().includes(word.toLowerCase())).length;
type("");
const heads = document.querySelectorAll("table.routes thead button");
const column = 5;
heads[column].click();
result.sorted = Array.from(document.querySelectorAll("table.routes tbody tr"))
  .map((e) => Number(e.cells[column].textContent));
document.body.dataset.check = JSON.stringify(result);
"""

CLICK = SEEN + "chip.click();"


def browser():
    named = os.environ.get("BROWSER_BIN")
    found = [shutil.which(name) for name in ([named] if named else NAMES)]
    return next((path for path in found if path), None)


def run(program, page, script, *options):
    """Opens a copy of the page with the script at its end; what the browser prints."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "report.html")
        text = page.read_text(encoding="utf-8")
        end = f"<script>\n(function () {{\n{script}\n}})();\n</script>\n</body>"
        copy.write_text(text.replace("</body>", end), encoding="utf-8")
        command = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}/profile", "--virtual-time-budget=20000"]
        command += [*options, copy.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        return done.stdout


def failures(result):
    """Sentences about what is not as it should be."""
    every = {"rows": result["routes"], "lines": result["routes"], "bars": result["routes"]}
    one = {"rows": 1, "lines": 1, "bars": 1, "visits": result["own"]}
    for name, expected in every.items():
        for when in ("before", "after"):
            if result[when][name] != expected:
                yield f"{when} the filter: {result[when][name]} {name}, not {expected}"
    for name, expected in one.items():
        if result["filtered"][name] != expected:
            yield f"filtered: {result['filtered'][name]} {name}, not {expected}"
    if result["shown"] != [result["route"]]:
        yield f"filtered to route {result['route']}, but shown are {result['shown']}"
    if not 0 < result["own"] < result["before"]["visits"]:
        yield f"{result['own']} of {result['before']['visits']} visits are the route's own"
    if result["found"] != result["holding"] or result["found"] == 0:
        yield f"the search shows {result['found']} rows, {result['holding']} hold the words"
    if result["sorted"] != sorted(result["sorted"]):
        yield f"not sorted: {result['sorted']}"


def main():
    if len(sys.argv) != 3:
        print("usage: screenshot.py REPORT.html FOLDER", file=sys.stderr)
        return 2
    page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    program = browser()
    if program is None:
        print(f"skipped: no browser in BROWSER_BIN, nor {', '.join(NAMES)} on PATH")
        return 0
    dom = run(program, page, CHECK, "--window-size=1500,1000", "--dump-dom")
    # An attribute of the page as the browser writes it.
    found = re.search(r'<body data-check="([^"]*)"', dom)
    if found is None:
        print("failed: the page's script stopped before the end")
        return 1
    result = json.loads(found.group(1).replace("&quot;", '"'))
    for name, script in (("report", ""), ("route", CLICK)):
        target = folder / f"{name}.png"
        run(program, page, script, "--window-size=1500,4200", f"--screenshot={target}")
        print(f"written: {target}")
    target = folder / "print.pdf"
    run(program, page, CLICK, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    print(f"written: {target}")
    wrong = list(failures(result))
    for sentence in wrong:
        print(f"failed: {sentence}")
    if not wrong:
        print(f"checked: {result['routes']} routes, {result['before']['visits']} visits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
