// Which jobs are shown, and in which order: the same for the timeline and the table.
const view = { jobs: [], sort: 'began', isDown: false, listeners: [] };
const fields = ['text', 'state', 'export', 'app', 'dataset', 'cause'].map(name => [name, byId('filter-' + name)]);
const words = [];

// What a text is looked for in.
function haystack(job) {
  if (words[job] === undefined) {
    const ids = [];
    for (let attempt = firstTry[job]; attempt < firstTry[job + 1]; attempt++) {
      ids.push(id(tries.task[attempt]), id(tries.request[attempt]));
    }
    words[job] = [title(job), state(job), message(job), key(job), ...ids].join('\n').toLowerCase();
  }
  return words[job];
}

const sortings = {
  title: job => job,
  state: job => jobs.state[job],
  due: job => jobs.due[job],
  began: job => began[job] < 0 ? Infinity : began[job],
  took: job => took[job],
  tries: job => jobs.tries[job],
  rows: job => jobs.rows[job],
  bytes: job => jobs.bytes[job],
};

function choose() {
  const wanted = Object.fromEntries(fields.map(([name, field]) => [name, field.value]));
  const texts = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
  const columns = ['state', 'export', 'app', 'dataset', 'cause'].filter(name => wanted[name] !== '')
    .map(name => [jobs[name], Number(wanted[name])]);
  const found = [];
  for (let job = 0; job < count; job++) {
    if (columns.every(([column, value]) => column[job] === value) && texts.every(text => haystack(job).includes(text))) {
      found.push(job);
    }
  }
  const measure = sortings[view.sort], sign = view.isDown ? -1 : 1;
  const order = found.map(measure);
  view.jobs = found.map((_, place) => place)
    .sort((a, b) => order[a] === order[b] ? a - b : (order[a] < order[b] ? -sign : sign)).map(place => found[place]);
  byId('shown').textContent = view.jobs.length === count
    ? `all ${counted(count, 'job')} shown` : `${grouped(view.jobs.length)} of ${counted(count, 'job')} shown`;
  for (const listener of view.listeners) listener();
}

function prepareFilters() {
  const fill = (name, texts) => {
    const counts = new Map();
    for (const value of jobs[name]) counts.set(value, (counts.get(value) ?? 0) + 1);
    const entries = texts.map((text, index) => [text, index]).filter(([, index]) => counts.has(index));
    byId('filter-' + name).append(...entries.map(([text, index]) =>
      element('option', { value: String(index) }, `${text} (${grouped(counts.get(index))})`)));
  };
  fill('state', data.states);
  fill('export', data.exports);
  fill('app', data.apps);
  fill('dataset', data.datasets);
  fill('cause', data.causes.map(cause => cause[0]));
  for (const [, field] of fields) field.addEventListener(field.tagName === 'INPUT' ? 'input' : 'change', choose);
  byId('filter-none').addEventListener('click', () => showOnly({}));
}

// Sets the filter to some values, and everything else to all.
function showOnly(values) {
  for (const [name, field] of fields) field.value = values[name] ?? '';
  choose();
}
