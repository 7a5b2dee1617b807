"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const chosen = new Set();

  // Routes: what is not chosen is faint in pictures and gone from tables.
  function show() {
    const some = chosen.size > 0;
    all("[data-route]").forEach((element) => {
      element.classList.toggle("off", some && !chosen.has(element.dataset.route));
    });
    document.documentElement.classList.toggle("filtered", some);
    all("[data-filter]").forEach((chip) => {
      chip.setAttribute("aria-pressed", String(chosen.has(chip.dataset.filter)));
    });
    all("figure.map svg").forEach(frameChosen);
    if (chosen.size === 1) {
      const number = chosen.values().next().value;
      byId("route-" + number).open = true;
    }
    all("details.station-map").forEach((details) => {
      const here = all("g.route", details).filter((g) => chosen.has(g.dataset.route));
      if (some) { details.open = here.length === chosen.size; }
    });
  }
  function toggle(number) {
    if (!chosen.delete(number)) { chosen.add(number); }
    show();
  }
  function only(numbers) {
    const same = numbers.length === chosen.size && numbers.every((n) => chosen.has(n));
    chosen.clear();
    if (!same) { numbers.forEach((n) => chosen.add(n)); }
    show();
  }
  all("[data-filter]").forEach((chip) => {
    chip.addEventListener("click", () => toggle(chip.dataset.filter));
  });
  all("button.station").forEach((button) => {
    const chips = all("[data-filter]", button.parentNode);
    button.addEventListener("click", () => only(chips.map((chip) => chip.dataset.filter)));
  });
  byId("all").addEventListener("click", () => only([]));
  all("tr[data-route] a").forEach((link) => {
    link.addEventListener("click", () => { byId(link.hash.slice(1)).open = true; });
  });

  // Maps: a view box of the same shape as the whole, so that the page does not jump.
  const wholes = new Map();
  function whole(svg) {
    if (!wholes.has(svg)) {
      wholes.set(svg, svg.getAttribute("viewBox").split(" ").map(Number));
    }
    return wholes.get(svg);
  }
  function look(svg, x, y, width) {
    const box = whole(svg);
    const wide = Math.min(Math.max(width, box[2] / 60), box[2]);
    const high = wide * box[3] / box[2];
    const left = Math.min(Math.max(x, 0), box[2] - wide);
    const top = Math.min(Math.max(y, 0), box[3] - high);
    svg.setAttribute("viewBox", [left, top, wide, high].map((v) => v.toFixed(2)).join(" "));
    // Numbers stand beside their stops at the map's own size; far enlarged they would mislead.
    svg.classList.toggle("near", wide < box[2] / 3);
    svg.style.setProperty("--small", Math.pow(wide / box[2], 0.85).toFixed(4));
  }
  function view(svg) {
    whole(svg);
    return svg.getAttribute("viewBox").split(" ").map(Number);
  }
  function zoom(svg, factor) {
    const [x, y, wide, high] = view(svg);
    look(svg, x + wide * (1 - factor) / 2, y + high * (1 - factor) / 2, wide * factor);
  }
  function frameChosen(svg) {
    const box = whole(svg);
    const lines = all("g.route polyline", svg).filter((line) => chosen.has(line.parentNode.dataset.route));
    if (lines.length === 0) {
      look(svg, 0, 0, box[2]);
      return;
    }
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const panel = all("g[transform]", svg)[0].transform.baseVal.consolidate().matrix;
    lines.forEach((line) => {
      Array.from(line.points).forEach((point) => {
        left = Math.min(left, point.x + panel.e);
        right = Math.max(right, point.x + panel.e);
        top = Math.min(top, point.y + panel.f);
        bottom = Math.max(bottom, point.y + panel.f);
      });
    });
    const wide = Math.max((right - left) * 1.2, (bottom - top) * 1.2 * box[2] / box[3], 60);
    const high = wide * box[3] / box[2];
    look(svg, (left + right - wide) / 2, (top + bottom - high) / 2, wide);
  }
  all("figure.map").forEach((figure) => {
    const svg = figure.querySelector("svg");
    let from = null;
    let moved = false;
    all("[data-zoom]", figure).forEach((button) => {
      const factor = Number(button.dataset.zoom);
      button.addEventListener("click", () => factor > 0 ? zoom(svg, factor) : look(svg, 0, 0, whole(svg)[2]));
    });
    svg.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, box: view(svg) };
      moved = false;
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === null || event.buttons === 0) { return; }
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      moved = moved || Math.abs(dx) + Math.abs(dy) > 4;
      const scale = from.box[2] / svg.clientWidth;
      if (moved) { look(svg, from.box[0] - dx * scale, from.box[1] - dy * scale, from.box[2]); }
    });
    svg.addEventListener("click", (event) => {
      from = null;
      const route = event.target.closest("[data-route]");
      if (route !== null && !moved) { only([route.dataset.route]); }
    });
  });
  all("figure.timeline [data-route]").forEach((row) => {
    row.addEventListener("click", () => only([row.dataset.route]));
  });

  // Finding: rows that hold the words, with their routes unfolded.
  function find() {
    const words = byId("find").value.trim().toLowerCase();
    let count = 0;
    const holds = (row) => {
      const hit = words === "" || row.textContent.toLowerCase().includes(words);
      row.hidden = !hit;
      count += hit ? 1 : 0;
      return hit;
    };
    all("details.route").forEach((details) => {
      const hits = all("tbody tr", details).filter(holds).length;
      details.hidden = words !== "" && hits === 0;
      if (words !== "" && hits > 0) { details.open = true; }
    });
    all("table.unserved tbody tr, table.tendered tbody tr").forEach(holds);
    byId("found").textContent = words === "" ? "" : count + (count === 1 ? " row" : " rows");
  }
  byId("find").addEventListener("input", find);
  byId("unfold").addEventListener("click", () => all("details.route").forEach((d) => { d.open = true; }));
  byId("fold").addEventListener("click", () => all("details.route").forEach((d) => { d.open = false; }));

  // Sorting: numbers as numbers, everything else as text; the heading turns the order.
  function value(row, column) {
    return row.cells[column].textContent.trim();
  }
  function compare(a, b) {
    const [x, y] = [Number(a.replace(/,/g, "")), Number(b.replace(/,/g, ""))];
    return a !== "" && b !== "" && !isNaN(x) && !isNaN(y) ? x - y : a.localeCompare(b, "en", { numeric: true });
  }
  all("table.sortable").forEach((table) => {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
        const rows = all("tbody tr", table);
        rows.sort((a, b) => turn * compare(value(a, column), value(b, column)));
        table.tBodies[0].append(...rows);
      });
    });
  });
})();
