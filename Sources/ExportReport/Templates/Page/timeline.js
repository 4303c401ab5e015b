// A row a job on a canvas: only what is visible is drawn, straight into pixels, so that many jobs stay smooth.
const timeline = {
  canvas: byId('timeline'), from: 0, to: data.took, top: 0, bottom: 1, chosen: -1, drag: null, isDue: false,
};
const axis = 22, gutter = 8;
const longest = Math.max(1, data.took);

function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = name => {
    const hex = parseInt(style.getPropertyValue('--' + name).trim().slice(1), 16);
    return 0xff000000 | (hex & 0xff) << 16 | hex & 0xff00 | hex >> 16 & 0xff;
  };
  const names = ['paper', 'card', 'line', 'queue', 'run', 'verify', 'miss', 'wait', 'focus'];
  timeline.colours = Object.fromEntries(names.map(name => [name, read(name) >>> 0]));
  timeline.texts = Object.fromEntries(['ink', 'soft', 'paper', 'focus', 'line'].map(name =>
    [name, style.getPropertyValue('--' + name).trim()]));
}

function resize() {
  const { canvas } = timeline, ratio = Math.min(2, window.devicePixelRatio || 1);
  timeline.ratio = ratio;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  timeline.context = canvas.getContext('2d');
  timeline.image = timeline.context.createImageData(canvas.width, Math.max(1, canvas.height - Math.round(axis * ratio)));
  timeline.pixels = new Uint32Array(timeline.image.data.buffer);
  redraw();
}

function redraw() {
  if (timeline.isDue) return;
  timeline.isDue = true;
  requestAnimationFrame(() => { timeline.isDue = false; draw(); });
}

function draw() {
  if (!timeline.image) return;
  const { image, pixels, colours, ratio, context, canvas } = timeline, { width, height } = image;
  const left = Math.round(gutter * ratio), rows = timeline.bottom - timeline.top, scale = height / rows;
  const perMillisecond = (width - left) / (timeline.to - timeline.from);
  pixels.fill(colours.paper);
  const x = time => left + (time - timeline.from) * perMillisecond;
  const first = Math.max(0, Math.floor(timeline.top)), last = Math.min(view.jobs.length, Math.ceil(timeline.bottom));
  // Where several rows share a pixel, some of those that ended well stand for all of them, with as many failed attempts as
  // those had. What did not end well is drawn over them, and all of it.
  const step = Math.max(1, Math.floor(1 / scale / 6));
  for (const isMissing of [false, true]) {
    for (let row = first; row < last; row++) {
      const job = view.jobs[row], endedWell = look(job) === 'g';
      if (isMissing ? endedWell : (!endedWell || row % step)) continue;
      const top = (row - timeline.top) * scale, bottom = top + Math.max(1, scale * (scale > 4 ? .78 : 1));
      drawRow(job, Math.max(0, Math.round(top)), Math.min(height, Math.max(Math.round(top) + 1, Math.round(bottom))), x, left);
    }
  }
  context.putImageData(image, 0, canvas.height - height);
  drawTexts(first, last, scale, x);
}

function drawRow(job, top, bottom, x, left) {
  const { colours, ratio } = timeline, kind = look(job);
  if (kind !== 'g') fill(0, left - 2, top, bottom, kind === 'm' ? colours.miss : colours.wait, 0);
  for (let attempt = firstTry[job]; attempt < firstTry[job + 1]; attempt++) {
    const [start, , running, done, last] = ends(attempt);
    if (x(last) < left - 2 || x(start) > timeline.image.width) continue;
    if (tries.bad[attempt]) {
      fill(Math.max(left, x(start)), Math.max(x(last), x(start) + 2 * ratio), top, bottom, colours.miss, 1);
      continue;
    }
    fill(Math.max(left, x(start)), x(running), top, bottom, colours.queue, 2);
    fill(Math.max(left, x(running)), x(done), top, bottom, colours.run, 0);
    fill(Math.max(left, x(done)), Math.max(x(last), x(done) + 1), top, bottom, colours.verify, 3);
  }
}

// Patterns besides colours, where there is room for them. 0: full; 1: slanting stripes; 2: a line above and below; 3: upright stripes.
function fill(from, to, top, bottom, colour, pattern) {
  const { pixels, image: { width }, colours } = timeline;
  const start = Math.max(0, Math.round(from)), end = Math.min(width, Math.round(to));
  if (end <= start) return;
  if (bottom - top < 6) pattern = 0;
  for (let y = top; y < bottom; y++) {
    const line = y * width;
    if (pattern === 2 && y > top && y < bottom - 1) {
      for (let at = start; at < end; at++) if ((at + y) % 4 === 0) pixels[line + at] = colour;
      continue;
    }
    pixels.fill(colour, line + start, line + end);
    if (pattern === 1) for (let at = start; at < end; at++) if ((at + y) % 5 === 0) pixels[line + at] = colours.paper;
    if (pattern === 3) for (let at = start; at < end; at++) if (at % 4 === 0) pixels[line + at] = colours.paper;
  }
}

function drawTexts(first, last, scale, x) {
  const { context, canvas, ratio, texts, image } = timeline, height = Math.round(axis * ratio);
  context.fillStyle = texts.paper;
  context.fillRect(0, 0, canvas.width, height);
  context.font = `${11 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
  context.textBaseline = 'middle';
  const span = timeline.to - timeline.from, fine = tick(span, canvas.width / ratio);
  for (let time = Math.ceil((data.start + timeline.from) / fine) * fine - data.start; time <= timeline.to; time += fine) {
    const at = Math.round(x(time)) + .5;
    context.fillStyle = texts.line;
    context.fillRect(at, height - 4 * ratio, 1, canvas.height);
    context.fillStyle = texts.soft;
    const text = clock(time, fine);
    if (at + context.measureText(text).width + 4 < canvas.width) context.fillText(text, at + 3, height / 2);
  }
  const tall = scale / ratio;
  if (tall >= 12) {
    for (let row = first; row < last; row++) {
      const job = view.jobs[row], y = height + (row - timeline.top + .4) * scale;
      const name = look(job) === 'g' ? title(job) : `${title(job)} · ${state(job)}`;
      const wide = context.measureText(name).width;
      const end = firstTry[job] === firstTry[job + 1] ? timeline.from : ends(firstTry[job + 1] - 1)[4];
      let at = Math.max(x(end), gutter * ratio) + 5 * ratio;
      if (at + wide > canvas.width) at = Math.max(gutter * ratio + 2, canvas.width - wide - 4 * ratio);
      context.fillStyle = texts.paper;
      context.globalAlpha = .82;
      context.fillRect(at - 2 * ratio, y - 7 * ratio, wide + 4 * ratio, 14 * ratio);
      context.globalAlpha = 1;
      context.fillStyle = texts.ink;
      context.fillText(name, at, y);
    }
  }
  if (timeline.chosen >= 0) {
    const y = height + (timeline.chosen - timeline.top) * scale;
    context.strokeStyle = texts.focus;
    context.lineWidth = 2 * ratio;
    if (y > height - scale && y < canvas.height) context.strokeRect(1, y - 1, canvas.width - 2, Math.max(3 * ratio, scale));
  }
  if (timeline.drag?.is) {
    const { x0, x1, y0, y1 } = timeline.drag;
    context.strokeStyle = texts.focus;
    context.lineWidth = 1.5 * ratio;
    const flat = Math.abs(y1 - y0) < 10;
    context.strokeRect(Math.min(x0, x1) * ratio, flat ? height : Math.min(y0, y1) * ratio, Math.abs(x1 - x0) * ratio,
      flat ? image.height : Math.abs(y1 - y0) * ratio);
  }
}

function tick(span, width) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
    72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5];
  return steps.find(step => span / step <= Math.max(2, width / 95)) ?? 6048e5 * Math.ceil(span / 6048e5 / 8);
}
