/** Checks that blocks and views are as Slack documents them: known types, lengths, counts, and ids used once. */

type Thing = Record<string, unknown>;
type Report = (problem: string) => void;

const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const length = (value: unknown) => (typeof value === 'string' ? value.length : 0);

/** Longest texts by the key that they stand under, wherever that is. */
const maxLengths: Record<string, number> = {
  action_id: 255,
  block_id: 255,
  callback_id: 255,
  private_metadata: 3_000,
  value: 2_000,
  url: 3_000,
  alt_text: 2_000,
};

/** The types of blocks: the surfaces that take them, and the check of their parts. */
const blocks: Record<string, { in: string[]; check(block: Thing, report: Report): void }> = {
  rich_text: {
    in: ['message', 'home'],
    check: (block, report) => {
      if (!list(block.elements).length) report('is an empty rich_text');
      for (const part of list(block.elements)) richText(part, report);
    },
  },
  section: {
    in: ['message', 'modal', 'home'],
    check(block, report) {
      if (!block.text && !block.fields) report('has neither text nor fields');
      text(block.text, 3_000, report, ['plain_text', 'mrkdwn']);
      if (list(block.fields).length > 10) report('has more than 10 fields');
    },
  },
  header: { in: ['message', 'modal', 'home'], check: (block, report) => text(block.text, 150, report) },
  divider: { in: ['message', 'modal', 'home'], check: () => undefined },
  context: {
    in: ['message', 'modal', 'home'],
    check(block, report) {
      const { length: count } = list(block.elements);
      if (count < 1 || count > 10) report(`has ${count} elements`);
    },
  },
  actions: {
    in: ['message', 'modal', 'home'],
    check(block, report) {
      const elements = list(block.elements);
      if (elements.length < 1 || elements.length > 25) report(`has ${elements.length} elements`);
      for (const element of elements) checkElement(element, report);
    },
  },
  input: {
    in: ['modal', 'home', 'message'],
    check(block, report) {
      text(block.label, 2_000, report);
      if (block.hint) text(block.hint, 2_000, report);
      checkElement(block.element, report);
    },
  },
};

const richParts = ['rich_text_section', 'rich_text_quote', 'rich_text_preformatted', 'rich_text_list'];
const richElements = ['text', 'emoji', 'user', 'usergroup', 'channel', 'link', 'broadcast', 'date'];
/** Length of rich text. Slack gives no number. This is what a message of words may have. */
const maxRichLength = 12_000;

function richText(part: unknown, report: Report): void {
  if (!isThing(part) || !richParts.includes(String(part.type))) {
    report('has a part of no known kind');
    return;
  }
  const inner = list(part.elements);
  let all = 0;
  for (const element of inner) {
    if (!isThing(element) || !richElements.includes(String(element.type))) report('has an element of no known kind');
    else if (element.type === 'text' && length(element.text) < 1) report('has an empty text');
    all += isThing(element) ? length(element.text) : 0;
  }
  if (!inner.length) report('has an empty part');
  if (all > maxRichLength) report(`has ${all} characters`);
}

function text(value: unknown, maxLength: number, report: Report, types = ['plain_text']): void {
  if (value === undefined) return;
  if (!isThing(value) || !types.includes(String(value.type))) report('has a text of a wrong type');
  else if (length(value.text) < 1 || length(value.text) > maxLength)
    report(`has a text of ${length(value.text)} characters, at most ${maxLength}`);
}

function options(value: unknown, report: Report): void {
  const all = list(value);
  if (all.length < 1 || all.length > 100) report(`has ${all.length} options`);
  for (const option of all) {
    if (!isThing(option)) report('has an option that is none');
    else {
      text(option.text, 75, report, ['plain_text', 'mrkdwn']);
      text(option.description, 75, report, ['plain_text', 'mrkdwn']);
      if (length(option.value) < 1 || length(option.value) > 150) report('has an option with a wrong value');
    }
  }
}

const elements: Record<string, (element: Thing, report: Report) => void> = {
  button(element, report) {
    text(element.text, 75, report);
    if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style)))
      report('has a wrong style');
  },
  plain_text_input(element, report) {
    if (Number(element.max_length ?? 1) < 1 || Number(element.max_length ?? 1) > 3_000)
      report('has a wrong max_length');
    if (length(element.initial_value) > 3_000) report('has too long an initial value');
  },
  number_input(element, report) {
    if (typeof element.is_decimal_allowed !== 'boolean') report('lacks is_decimal_allowed');
    for (const key of ['min_value', 'max_value', 'initial_value'])
      if (element[key] !== undefined && typeof element[key] !== 'string') report(`has a ${key} that is not text`);
  },
  static_select(element, report) {
    options(element.options, report);
    const { initial_option: initial } = element;
    const known = list(element.options).map((option) => JSON.stringify(option));
    if (initial !== undefined && !known.includes(JSON.stringify(initial))) report('begins with what is no option');
  },
  external_select: (element, report) => {
    if (element.initial_option) options([element.initial_option], report);
  },
  checkboxes(element, report) {
    if (list(element.options).length > 10) report('has more than 10 boxes');
    options(element.options, report);
  },
  file_input(element, report) {
    if (Number(element.max_files ?? 10) < 1 || Number(element.max_files ?? 10) > 10) report('has a wrong max_files');
  },
  conversations_select: () => undefined,
};

function checkElement(value: unknown, report: Report): void {
  const check = isThing(value) ? elements[String(value.type)] : undefined;
  if (isThing(value) && check) check(value, report);
  else report('has an element of no known type');
}

/** Returns the problems of a list of blocks. Empty if Slack would take it. */
export function blockProblems(value: unknown, surface: 'message' | 'modal' | 'home'): string[] {
  const found: string[] = [];
  const all = list(value);
  if (value !== undefined && !Array.isArray(value)) found.push('blocks are not a list');
  if (all.length > (surface === 'message' ? 50 : 100)) found.push(`there are ${all.length} blocks`);
  const ids = { action_id: new Set<unknown>(), block_id: new Set<unknown>() };
  for (const [at, block] of all.entries()) {
    const report: Report = (problem) => found.push(`block ${at} ${problem}`);
    const type = isThing(block) ? blocks[String(block.type)] : undefined;
    if (!isThing(block) || !type) report('is of no known type');
    else if (!type.in.includes(surface)) report(`${block.type} does not belong into a ${surface}`);
    else type.check(block, report);
    walk(block, (key, inner) => {
      if ((maxLengths[key] ?? Number.POSITIVE_INFINITY) < length(inner))
        report(`has a ${key} of ${length(inner)} characters`);
      if (key !== 'action_id' && key !== 'block_id') return;
      if (ids[key].has(inner)) report(`repeats ${key} ${inner}`);
      ids[key].add(inner);
    });
  }
  return found;
}

/** Returns the problems of a view. Empty if Slack would take it. */
export function viewProblems(view: unknown): string[] {
  if (!isThing(view)) return ['is no view'];
  const found = blockProblems(view.blocks, view.type === 'home' ? 'home' : 'modal');
  const report: Report = (problem) => found.push(`the view ${problem}`);
  if (JSON.stringify(view).length > 250_000) report('is too large');
  if (length(view.private_metadata) > 3_000) report('has too long metadata');
  if (view.type === 'home') return found;
  for (const key of ['title', 'submit', 'close']) text(view[key], 24, report);
  if (!view.title) report('has no title');
  if (!view.submit && list(view.blocks).some((block) => isThing(block) && block.type === 'input'))
    report('has inputs and no submit');
  return found;
}

function walk(value: unknown, visit: (key: string, value: unknown) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isThing(value))
    for (const [key, inner] of Object.entries(value)) {
      visit(key, inner);
      walk(inner, visit);
    }
}
