// The jobs as columns: numbers are indexes into tables of texts, and milliseconds from the beginning of the run.
const data = JSON.parse(document.getElementById('data').textContent);
const jobs = data.jobs, tries = data.tries, count = jobs.state.length;
const byId = id => document.getElementById(id);

// Where the tries of each job begin.
const firstTry = new Int32Array(count + 1);
for (let job = 0; job < count; job++) firstTry[job + 1] = firstTry[job] + jobs.tries[job];

function title(job) {
  const format = data.tells[jobs.export[job]] ? [data.formats[jobs.format[job]]] : [];
  return [data.exports[jobs.export[job]], data.apps[jobs.app[job]], data.datasets[jobs.dataset[job]], ...format,
    data.windows[jobs.window[job]][0]].join('/');
}
const state = job => data.states[jobs.state[job]];
const look = job => data.looks[jobs.state[job]];
const message = job => said(jobs.message[job]);
const key = job => hex(jobs.key[job]);

// MARK: What is packed

const hex = text => Array.from(atob(text), byte => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');

// An id as the service writes it: `~` stands before one that is packed, and twice before one that begins with it.
function id(text) {
  if (text[0] !== '~') return text;
  if (text[1] === '~') return text.slice(1);
  const digits = hex(text.slice(1));
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to)).join('-');
}

// A message by its number: words, with ids in their holes.
function said(number) {
  if (number < 0) return '';
  const message = data.messages[number];
  if (typeof message === 'number') return data.patterns[message];
  const [pattern, ...ids] = message;
  return data.patterns[pattern].split('\u0001').map((words, place) => words + (place < ids.length ? id(ids[place]) : '')).join('');
}

// When a job began, and how long it took; -1: it did not.
const began = new Float64Array(count).fill(-1), took = new Float64Array(count).fill(-1);
for (let job = 0; job < count; job++) {
  if (firstTry[job] === firstTry[job + 1]) continue;
  began[job] = tries.began[firstTry[job]];
  const end = Math.max(...Array.from({ length: jobs.tries[job] }, (_, n) => ends(firstTry[job] + n)[4]));
  if (jobs.over[job]) took[job] = end - began[job];
}

// A try as five moments: began, made (or refused), running, at its end there, over.
function ends(attempt) {
  const start = tries.began[attempt], last = tries.over[attempt] < 0 ? data.took : start + tries.over[attempt];
  const at = column => tries[column][attempt] < 0 ? null : start + tries[column][attempt];
  const done = at('done') ?? last, running = at('running') ?? done;
  return [start, at('made') ?? running, running, done, last];
}

// MARK: Words

const two = number => String(number).padStart(2, '0');
function clock(milliseconds, fine) {
  const time = new Date(data.start + milliseconds);
  const seconds = fine < 1000 ? '.' + String(time.getUTCMilliseconds()).padStart(3, '0') : '';
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}${seconds}`;
}
function moment(milliseconds) {
  return new Date(data.start + milliseconds).toISOString().replace('T', ' ').replace('Z', ' UTC');
}
function length(milliseconds) {
  if (milliseconds < 0) return '';
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60 % 60)} min`;
}
function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes, unit = '';
  for (const next of ['kB', 'MB', 'GB', 'TB']) if (value >= 1000) { value /= 1000; unit = next; }
  return `${Math.round(value * 10) / 10} ${unit}`;
}
const grouped = number => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
const counted = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;

// An element with texts and elements in it; texts are never markup.
function element(name, members = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(members)) {
    if (key in made && typeof value !== 'string') made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
