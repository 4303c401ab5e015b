// What is made of the page once it is read: names of jobs become buttons, commands can be copied, print shows all.
function prepareNames() {
  for (const name of document.querySelectorAll('span[data-job]')) {
    name.replaceWith(jobButton(Number(name.dataset.job), name.textContent));
  }
  for (const name of document.querySelectorAll('[data-cause]')) {
    const button = element('button', { type: 'button', class: 'noprint' }, 'Show these in timeline and table');
    button.addEventListener('click', () => {
      showOnly({ cause: name.dataset.cause });
      byId('filter-text').focus();
      byId('jobs').scrollIntoView();
    });
    name.append(button);
  }
}

function prepareCopying() {
  for (const command of document.querySelectorAll('.command')) {
    const button = element('button', { type: 'button', class: 'copy' }, 'Copy');
    button.addEventListener('click', async () => {
      const text = command.querySelector('code');
      const range = document.createRange();
      range.selectNodeContents(text);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try { await navigator.clipboard.writeText(text.textContent); button.textContent = 'Copied'; } catch { button.textContent = 'Selected'; }
    });
    command.append(button);
  }
}

function preparePrint() {
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const one of closed) one.open = true;
    document.documentElement.classList.add('onpaper');
    colours();
    resize();
    draw();
  });
  addEventListener('afterprint', () => {
    for (const one of closed) one.open = false;
    document.documentElement.classList.remove('onpaper');
    colours();
    resize();
  });
}

if (count > 0) {
  byId('jobs').hidden = false;
  prepareFilters();
  prepareTimeline();
  prepareTable();
  byId('details-close').addEventListener('click', () => byId('details').close());
  prepareNames();
  preparePrint();
  choose();
}
prepareCopying();
document.documentElement.dataset.ready = String(count);
