// @ts-check
/** The page: the current person, the current channel and thread, and the parts that show them. */
import { createComposer } from './composer.js';
import { byId, h } from './dom.js';
import { openForm } from './form.js';
import { icon } from './icons.js';
import { pictureMenu } from './picture-menu.js';
import { createServer, newEvent } from './server.js';
import { createSidebar } from './sidebar.js';
import { listen } from './stream.js';
import { themeButton } from './theme.js';
import { createTimeline } from './timeline.js';
import { startRetryMs } from './timings.js';
import { toast } from './toast.js';
import { openViewer } from './viewer.js';
import { welcome } from './welcome.js';

/** @typedef {import('../view.ts').View} View */
/** @typedef {{ channel: string, thread?: number }} Spot */
/** @typedef {{ id: string, name: string, moderator: boolean, roles: string[] }} Person */
/** @typedef {{ person: Person, people: Person[], channels: { id: string, name: string, topic: string }[], direct: string, sheets: import('../../../commands/kit/sheet.ts').Sheet[], pictureActions: import('../../../commands/kit/bot.ts').Bot['pictureActions'], threads: View[], cursor: string }} Start */

/** The server's answer at the start. @type {Start} */
let start;
/** @type {import('./server.js').Server} */
let server;
/** @type {Spot} */
let here = { channel: '' };
/** @type {Map<string, { count: number, mine: boolean }>} */
const unread = new Map();
let stopListening = () => {};

const threadPanel = byId('thread');
const status = byId('status');
const announcer = byId('announcer');
/** The width at which layout.css turns to one column. */
const narrow = matchMedia('(max-width: 760px)');

/** Shows an error. @param {unknown} error */
const complain = (error) => toast(error instanceof Error ? error.message : 'That did not work.', 'bad');

const sidebar = createSidebar(byId('sidebar'), {
  onSpot: (channel, thread) => void go({ channel, thread }),
  onPerson: (id) => void become(id).catch(complain),
});
const timeline = createTimeline(byId('channel-timeline'), {
  load: (stretch) => server.history(stretch),
  doings: () => doingsIn('channel'),
  empty: () =>
    welcome({
      name: nameOf(here.channel),
      sheets: start.sheets,
      send: (line) => void act({ line }, here),
      use: (line) => composer.set(line),
    }),
  threads: true,
});
const threadTimeline = createTimeline(byId('thread-timeline'), {
  load: (stretch) => server.history(stretch),
  doings: () => doingsIn('thread'),
  empty: () => h('p', {}, ''),
  threads: false,
});
const shared = { sheets: () => start.sheets, server: () => server, onForm: showForm };
const composer = createComposer(byId('composer'), {
  ...shared,
  target: byId('channel'),
  spot: () => ({ channel: here.channel }),
});
const threadComposer = createComposer(byId('thread-composer'), { ...shared, target: threadPanel, spot: () => here });

/** Returns the actions of messages on one side. @param {'channel' | 'thread'} side @returns {import('./message.js').Doings} */
function doingsIn(side) {
  const box = side === 'thread' ? threadComposer : composer;
  return {
    me: start.person.id,
    moderator: start.person.moderator,
    sheets: start.sheets,
    act: (call, view) => act(call, { channel: view.channel, thread: side === 'thread' ? here.thread : undefined }),
    use: (line) => box.set(`${line} `),
    reply: (view) => void go({ channel: view.channel, thread: view.id }),
    remove: (view) => void server.remove(view.id).catch(complain),
    jump: (ref) => void jump(ref),
    picturesOf: (view) => ({
      open: openViewer,
      menu: (media, list, at) =>
        pictureMenu({
          media,
          at,
          actions: start.pictureActions,
          act: (call) => void act(call, { channel: view.channel, thread: side === 'thread' ? here.thread : undefined }),
          open: () => openViewer(list, list.indexOf(media), at.from),
        }),
    }),
  };
}

/** Makes a call, and shows its form if it needs one. @param {object} call @param {Spot} spot */
async function act(call, spot) {
  try {
    const taken = await server.call(spot, call, newEvent());
    if (taken.form) showForm(taken.form, spot, []);
  } catch (error) {
    complain(error);
  }
}

/** Opens the form of a call. @param {import('../../../commands/kit/sheet.ts').Form} form @param {Spot} spot @param {File[]} files */
function showForm(form, spot, files) {
  const { command } = form.call;
  openForm({
    form,
    files,
    description: start.sheets.find(({ name }) => name === command)?.description ?? '',
    suggest: async (option, typed) => (await server.suggest(spot, command, option, typed)).choices,
    submit: async (call, event, attached) => (await server.call(spot, call, event, attached)).form,
  });
}

/** Returns the name of a channel. @param {string} channel */
const nameOf = (channel) => {
  const found = start.channels.find(({ id }) => id === channel);
  return found ? `#${found.name}` : 'your messages with PhotoGPT';
};

/** Shows a channel, and a thread in it. @param {Spot} to */
async function go(to) {
  const moves = to.channel !== timeline.spot()?.channel;
  here = to;
  unread.delete(to.channel);
  openSidebar(false);
  show();
  history.replaceState(null, '', `#${to.channel}${to.thread ? `/${to.thread}` : ''}`);
  try {
    if (moves) await timeline.open({ channel: to.channel });
    await showThread();
  } catch (error) {
    complain(error);
  }
}

/** Opens the thread of the current spot, or closes the panel. */
async function showThread() {
  const { channel, thread } = here;
  threadPanel.hidden = thread === undefined;
  document.body.classList.toggle('has-thread', thread !== undefined);
  if (thread === undefined) return;
  byId('thread-where').textContent = nameOf(channel);
  await threadTimeline.open({ channel, thread });
  threadComposer.focus();
}

/** Writes names and lists anew. It is cheap, so that every change can call it. */
function show() {
  const found = start.channels.find(({ id }) => id === here.channel);
  byId('channel-name').textContent = found ? `#${found.name}` : 'PhotoGPT';
  byId('channel-topic').textContent = found?.topic ?? 'Between you and the bot: nobody else reads this';
  const whom = narrow.matches ? '' : ` ${found ? `#${found.name}` : 'PhotoGPT'}`;
  composer.label(`Message${whom} as ${start.person.name}, or type /`);
  threadComposer.label(`Reply as ${start.person.name}, or type /`);
  sidebar.render({ ...start, ...here, thread: here.thread, unread });
  const mine = [...unread.values()].reduce((sum, { count, mine: isMine }) => sum + (isMine ? count : 0), 0);
  document.title = `${mine ? `(${mine}) ` : ''}${found ? `#${found.name}` : 'PhotoGPT'} · PhotoGPT playground`;
}

/** Shows a message in its channel or thread. @param {import('../../../chat.ts').MessageRef} ref */
async function jump({ channel, id, data }) {
  const thread = data && typeof data === 'object' && 'thread' in data ? Number(data.thread) : undefined;
  await go({ channel, thread });
  const found = await (thread === undefined ? timeline : threadTimeline).reveal(Number(id));
  if (!found) toast('That message is not here any more.');
}

/** Counts a message of another channel as unread. @param {View} view */
function countUnread(view) {
  const isNews = view.channel !== here.channel && view.author?.id !== start.person.id;
  const mine = view.message?.mention?.id === start.person.id;
  if (isNews && (view.author || view.message?.tone !== 'working')) {
    const before = unread.get(view.channel) ?? { count: 0, mine: false };
    unread.set(view.channel, { count: before.count + 1, mine: before.mine || mine });
  }
}

/** Shows a message that was added or changed. @param {View} view */
function receive(view) {
  countUnread(view);
  if (view.replies > 0) start.threads = [view, ...start.threads.filter(({ id }) => id !== view.id)];
  timeline.receive(view);
  threadTimeline.receive(view);
  // Screen readers would read progress without end. They read the result only.
  if (view.message && view.message.tone !== 'working') announcer.textContent = `PhotoGPT: ${view.message.text}`;
  show();
}

/** Removes a message. @param {{ id: number, channel: string, thread?: number }} gone */
function forget({ id }) {
  timeline.forget(id);
  threadTimeline.forget(id);
  start.threads = start.threads.filter((each) => each.id !== id);
  if (here.thread === id) void go({ channel: here.channel });
  else show();
}

/** Switches to a person, when the page opens and with each press on a face. @param {string} person */
async function become(person) {
  const begun = await createServer(person).start();
  stopListening();
  start = begun;
  server = createServer(start.person.id);
  sessionStorage.setItem('person', start.person.id);
  unread.clear();
  const { channel, thread } = here.channel.startsWith('dm:') ? { channel: start.direct, thread: undefined } : here;
  const known = channel === start.direct || start.channels.some(({ id }) => id === channel);
  here = { channel: known ? channel : (start.channels[0]?.id ?? start.direct), thread: known ? thread : undefined };
  stopListening = listen({
    person: start.person.id,
    since: start.cursor,
    onMessage: receive,
    onRemoved: forget,
    onReset: () => void catchUp(),
    onState: (connected) => {
      status.hidden = connected;
      // The channel could not be loaded while the server was away.
      if (connected && !timeline.spot()) void go(here);
    },
  });
  // Another person sees other things, even in the same place.
  await timeline.open({ channel: here.channel });
  await go(here);
  composer.focus();
}

/** Loads everything again, after the page missed too much or the server was restarted. */
async function catchUp() {
  try {
    const { threads, sheets, pictureActions } = await server.start();
    Object.assign(start, { threads, sheets, pictureActions });
    await timeline.refresh();
    if (here.thread !== undefined) await threadTimeline.refresh();
    show();
  } catch (error) {
    complain(error);
  }
}

/** Opens or closes the sidebar, which lies over the channel in narrow windows. @param {boolean} open */
function openSidebar(open) {
  document.body.classList.toggle('shows-sidebar', open);
  byId('scrim').hidden = !open;
  byId('open-sidebar').setAttribute('aria-expanded', String(open));
  if (open) /** @type {HTMLElement | null} */ (byId('sidebar').querySelector('[aria-current], button'))?.focus();
}

/** Starts the page. Tries again while the server does not answer, because it may be starting. @param {string} person @param {number} tries */
async function begin(person, tries = 0) {
  try {
    await become(person);
    status.hidden = true;
  } catch {
    status.hidden = false;
    // A person of an earlier playground may not be in this one.
    setTimeout(() => void begin(tries > 1 ? '' : person, tries + 1), startRetryMs);
  }
}

byId('open-sidebar').append(icon('menu'));
byId('open-sidebar').addEventListener('click', () => openSidebar(!document.body.classList.contains('shows-sidebar')));
byId('scrim').addEventListener('click', () => openSidebar(false));
byId('close-thread').append(icon('close'));
byId('close-thread').addEventListener('click', () => {
  void go({ channel: here.channel });
  composer.focus();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], .menu')) return;
  if (document.body.classList.contains('shows-sidebar')) openSidebar(false);
  else if (here.thread !== undefined) byId('close-thread').click();
});
themeButton(byId('toggle-theme'));
const [channel = '', thread] = decodeURIComponent(location.hash.slice(1)).split('/');
here = { channel, thread: Number(thread) || undefined };
void begin(sessionStorage.getItem('person') ?? '');
