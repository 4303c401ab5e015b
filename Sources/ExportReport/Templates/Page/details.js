// All that is known of one job.
function openDetails(job) {
  const list = element('dl', { class: 'facts' });
  const fact = (name, ...values) => { if (values[0] !== '') list.append(element('dt', {}, name), element('dd', {}, ...values)); };
  const [label, start, end, zone] = data.windows[jobs.window[job]];
  const sent = jobs.sent[job] < 0 ? '' : data.sends[jobs.sent[job]];
  fact('state', state(job));
  fact('why due', data.dues[jobs.due[job]]);
  if (jobs.waited[job] >= 0) fact('note', waited(job));
  if (message(job)) {
    const cause = data.causes[jobs.cause[job]];
    fact(cause ? 'failure' : 'last setback', message(job));
    if (cause) { fact('cause', cause[0]); fact('what to do', cause[1]); }
  }
  fact('window', `${label} (${start} to ${end}, ${zone})`);
  fact('sent as', sent);
  fact('took', length(took[job]));
  fact('key', element('code', {}, key(job)));
  const [head, body] = [element('h3', {}, counted(jobs.tries[job], 'attempt') + (data.putOff[job] ? `, ${data.putOff[job]} of them put off by the service` : '')), element('div')];
  for (let attempt = firstTry[job]; attempt < firstTry[job + 1]; attempt++) body.append(tried(attempt));
  const files = jobs.files[job] < 0 ? null : data.files[jobs.files[job]];
  byId('details-title').textContent = title(job);
  byId('details-body').replaceChildren(list, head, body, ...(jobs.rows[job] >= 0 ? [filesOf(job, files)] : []));
  const box = byId('details');
  if (!box.open) box.showModal();
}

function tried(attempt) {
  const list = element('dl', { class: 'facts' });
  const fact = (name, value) => { if (value) list.append(element('dt', {}, name), element('dd', {}, value)); };
  const at = column => tries[column][attempt] < 0 ? '' : moment(tries.began[attempt] + tries[column][attempt]);
  const number = tries.number[attempt];
  fact('attempt', `${number || 'of an earlier run'}: ${data.endings[tries.ending[attempt]]}`);
  fact('began', moment(tries.began[attempt]));
  fact('task made', at('made'));
  fact('running', at('running'));
  fact('succeeded', at('done'));
  fact('over', at('over'));
  fact('task', id(tries.task[attempt]));
  fact('request id', id(tries.request[attempt]));
  fact('because', said(tries.message[attempt]));
  for (const [when, what] of data.setbacks[attempt] ?? []) fact('setback', `${clock(tries.began[attempt] + when, 1)} ${said(what)}`);
  return list;
}

function filesOf(job, files) {
  const folder = [data.exports[jobs.export[job]], data.apps[jobs.app[job]], data.datasets[jobs.dataset[job]],
    data.formats[jobs.format[job]], data.windows[jobs.window[job]][0], ''].join('/');
  const box = element('div', {}, element('h3', {}, counted(jobs.artifacts[job], 'file')));
  if (!jobs.artifacts[job]) return element('p', {}, 'No file: the service had nothing to export.');
  if (!files) return element('p', { class: 'soft' }, `${counted(jobs.artifacts[job], 'file')}; report.json names them.`);
  const list = element('ul');
  for (const [name, bytes, rows, isInFolder] of files) list.append(element('li', {}, element('code', {}, isInFolder ? folder + name : name), ` ${size(bytes)}` + (rows < 0 ? '' : `, ${counted(rows, 'row')}`)));
  if (jobs.artifacts[job] > files.length) list.append(element('li', {}, `and ${jobs.artifacts[job] - files.length} more, in report.json`));
  box.append(list);
  return box;
}
