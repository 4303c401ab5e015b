// The table of jobs: a page of rows at a time.
const table = { page: 0, rows: 50 };

function drawTable() {
  const pages = Math.max(1, Math.ceil(view.jobs.length / table.rows));
  table.page = Math.min(Math.max(0, table.page), pages - 1);
  const shown = view.jobs.slice(table.page * table.rows, (table.page + 1) * table.rows);
  byId('rows').replaceChildren(...shown.map(tableRow));
  // A column with nothing in it gives its room to the others.
  byId('jobs-table').classList.toggle('nonotes', !shown.some(job => note(job)));
  byId('page').textContent = view.jobs.length
    ? `${grouped(table.page * table.rows + 1)} to ${grouped(table.page * table.rows + shown.length)} of ${grouped(view.jobs.length)}`
    : 'no job fits';
  byId('page-first').disabled = byId('page-before').disabled = table.page === 0;
  byId('page-last').disabled = byId('page-next').disabled = table.page === pages - 1;
  for (const head of document.querySelectorAll('#jobs-table th')) {
    const isIt = head.dataset.sort === view.sort;
    if (isIt) head.setAttribute('aria-sort', view.isDown ? 'descending' : 'ascending'); else head.removeAttribute('aria-sort');
    const mark = head.querySelector('.mark');
    if (mark) mark.textContent = isIt ? (view.isDown ? ' ▼' : ' ▲') : '';
  }
}

function tableRow(job) {
  const cell = (text, kind) => element('td', kind ? { class: kind } : {}, text);
  const hasFiles = jobs.rows[job] >= 0;
  return element('tr', {},
    element('td', {}, jobButton(job)),
    element('td', {}, element('span', { class: 'state ' + look(job) }, state(job))),
    cell(data.dues[jobs.due[job]], 'why'),
    cell(began[job] < 0 ? '' : clock(began[job], 1000), 't'), cell(length(took[job]), 'n'),
    cell(attempts(job), 'n'),
    cell(hasFiles ? grouped(jobs.rows[job]) : '', 'n'), cell(hasFiles ? size(jobs.bytes[job]) : '', 'n'),
    cell(note(job), 'note'));
}

const waited = job => `${jobs.stopped[job] ? 'the export stopped after' : 'waited for'} ${data.titles[jobs.waited[job]]}`;
const note = job => look(job) === 'g' ? '' : [message(job), jobs.waited[job] >= 0 ? waited(job) : ''].filter(Boolean).join('; given up: ');

// What the service put off counts against no limit.
function attempts(job) {
  const putOff = data.putOff[job] ?? 0;
  return `${jobs.tries[job] - putOff}` + (putOff ? ` + ${putOff} put off` : '');
}

function jobButton(job, text = title(job)) {
  const button = element('button', { class: 'job', type: 'button' }, text);
  button.addEventListener('click', () => openDetails(job));
  return button;
}

function prepareTable() {
  const turn = pages => { table.page += pages; drawTable(); };
  byId('page-first').addEventListener('click', () => turn(-Infinity));
  byId('page-before').addEventListener('click', () => turn(-1));
  byId('page-next').addEventListener('click', () => turn(1));
  byId('page-last').addEventListener('click', () => turn(Infinity));
  for (const head of document.querySelectorAll('#jobs-table th[data-sort]')) {
    head.querySelector('button').addEventListener('click', () => {
      const name = head.dataset.sort;
      view.isDown = view.sort === name ? !view.isDown : ['took', 'tries', 'rows', 'bytes'].includes(name);
      view.sort = name;
      choose();
    });
  }
  view.listeners.push(() => { table.page = 0; drawTable(); });
}
