// Zooming and moving on the timeline: wheel, keys, buttons, and a range that is dragged.
function fit() {
  [timeline.from, timeline.to, timeline.top, timeline.bottom] = [0, longest, 0, Math.max(1, view.jobs.length)];
  told();
}

function told() {
  const rows = view.jobs.length, least = Math.min(20, longest);
  let span = Math.min(longest, Math.max(least, timeline.to - timeline.from));
  timeline.from = Math.min(Math.max(0, timeline.from), longest - span);
  timeline.to = timeline.from + span;
  span = Math.min(Math.max(1, rows), Math.max(Math.min(8, Math.max(1, rows)), timeline.bottom - timeline.top));
  timeline.top = Math.min(Math.max(0, timeline.top), Math.max(1, rows) - span);
  timeline.bottom = timeline.top + span;
  const fine = timeline.to - timeline.from < 10000 ? 1 : 1000;
  byId('range').textContent = `${clock(timeline.from, fine)} to ${clock(timeline.to, fine)} UTC, rows ${grouped(Math.floor(timeline.top) + 1)} to ${grouped(Math.min(rows, Math.ceil(timeline.bottom)))} of ${grouped(rows)}`;
  timeline.canvas.dataset.span = String(Math.round(timeline.to - timeline.from));
  redraw();
}

// Times and rows by a factor, around places from 0 to 1.
function zoom(factor, across = .5, down = .5, rowFactor = factor) {
  const time = timeline.from + (timeline.to - timeline.from) * across, span = (timeline.to - timeline.from) * factor;
  const row = timeline.top + (timeline.bottom - timeline.top) * down, rows = (timeline.bottom - timeline.top) * rowFactor;
  [timeline.from, timeline.to] = [time - span * across, time + span * (1 - across)];
  [timeline.top, timeline.bottom] = [row - rows * down, row + rows * (1 - down)];
  told();
}

function move(times, rows) {
  const time = (timeline.to - timeline.from) * times;
  [timeline.from, timeline.to, timeline.top, timeline.bottom] =
    [timeline.from + time, timeline.to + time, timeline.top + rows, timeline.bottom + rows];
  told();
}

function pick(row) {
  if (!view.jobs.length) return;
  timeline.chosen = Math.min(view.jobs.length - 1, Math.max(0, row));
  const rows = timeline.bottom - timeline.top;
  if (timeline.chosen < timeline.top) [timeline.top, timeline.bottom] = [timeline.chosen, timeline.chosen + rows];
  if (timeline.chosen + 1 > timeline.bottom) {
    [timeline.top, timeline.bottom] = [timeline.chosen + 1 - rows, timeline.chosen + 1];
  }
  const job = view.jobs[timeline.chosen], span = timeline.to - timeline.from;
  const end = firstTry[job] === firstTry[job + 1] ? -1 : ends(firstTry[job + 1] - 1)[4];
  if (began[job] >= 0 && (began[job] > timeline.to || end < timeline.from)) {
    [timeline.from, timeline.to] = [began[job] - span * .1, began[job] + span * .9];
  }
  read(job);
  told();
}

function read(job) {
  const when = began[job] < 0 ? 'not begun' : `from ${clock(began[job], 1000)} UTC` + (took[job] < 0 ? '' : `, took ${length(took[job])}`);
  byId('readout').textContent = `${title(job)}: ${state(job)}, ${when}`;
}

function rowAt(y) {
  const height = timeline.canvas.clientHeight - axis;
  const row = Math.floor(timeline.top + (y - axis) / height * (timeline.bottom - timeline.top));
  return row >= 0 && row < view.jobs.length ? row : -1;
}

const keys = {
  ArrowLeft: () => move(-.2, 0), ArrowRight: () => move(.2, 0),
  ArrowUp: () => pick((timeline.chosen < 0 ? Math.ceil(timeline.top) : timeline.chosen) - 1),
  ArrowDown: () => pick(timeline.chosen < 0 ? Math.ceil(timeline.top) : timeline.chosen + 1),
  PageUp: () => move(0, -(timeline.bottom - timeline.top) * .9), PageDown: () => move(0, (timeline.bottom - timeline.top) * .9),
  Home: () => pick(0), End: () => pick(view.jobs.length - 1),
  '+': () => zoom(.5), '=': () => zoom(.5), '-': () => zoom(2), '0': fit,
  Enter: () => { if (timeline.chosen >= 0) openDetails(view.jobs[timeline.chosen]); },
};

function prepareTimeline() {
  const { canvas } = timeline;
  colours();
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Without the focus the wheel is the page's.
  canvas.addEventListener('wheel', event => {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    const across = Math.max(0, event.clientX - box.left - gutter) / (box.width - gutter);
    const down = Math.max(0, event.clientY - box.top - axis) / (box.height - axis);
    if (event.shiftKey) move(0, (timeline.bottom - timeline.top) * Math.sign(event.deltaY || event.deltaX) * .1);
    else zoom(Math.exp(Math.max(-200, Math.min(200, event.deltaY)) * .002), across, down);
  }, { passive: false });
  const place = event => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener('pointerdown', event => {
    const [x, y] = place(event);
    timeline.drag = { x0: x, y0: y, x1: x, y1: y, is: false };
    try { canvas.setPointerCapture(event.pointerId); } catch { /* A pointer that is gone already. */ }
  });
  canvas.addEventListener('pointermove', event => {
    const [x, y] = place(event), { drag } = timeline;
    if (!drag) {
      const row = rowAt(y);
      if (row >= 0) read(view.jobs[row]);
      return;
    }
    [drag.x1, drag.y1, drag.is] = [x, y, drag.is || Math.abs(x - drag.x0) > 4];
    redraw();
  });
  canvas.addEventListener('pointercancel', () => { timeline.drag = null; redraw(); });
  canvas.addEventListener('pointerup', () => {
    const { drag } = timeline;
    timeline.drag = null;
    if (!drag) return;
    if (drag.is) return range(drag);
    const row = rowAt(drag.y0);
    if (row >= 0) { pick(row); openDetails(view.jobs[row]); }
  });
  const buttons = { in: () => zoom(.5), out: () => zoom(2), left: () => move(-.3, 0), right: () => move(.3, 0),
    up: () => keys.PageUp(), down: () => keys.PageDown(), all: fit };
  for (const [name, action] of Object.entries(buttons)) byId('zoom-' + name).addEventListener('click', action);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { colours(); redraw(); });
  view.listeners.push(() => { timeline.chosen = -1; fit(); });
  new ResizeObserver(resize).observe(canvas);
}

function range({ x0, x1, y0, y1 }) {
  const { canvas } = timeline, wide = canvas.clientWidth - gutter, high = canvas.clientHeight - axis;
  const time = x => timeline.from + (x - gutter) / wide * (timeline.to - timeline.from);
  const row = y => timeline.top + (y - axis) / high * (timeline.bottom - timeline.top);
  const next = [time(Math.min(x0, x1)), time(Math.max(x0, x1)), row(Math.min(y0, y1)), row(Math.max(y0, y1))];
  // A range without a height is one of time.
  if (Math.abs(y1 - y0) < 10) [next[2], next[3]] = [timeline.top, timeline.bottom];
  [timeline.from, timeline.to, timeline.top, timeline.bottom] = next;
  told();
}
