/** Discord's documented rules for messages and modals, as checks of what the bot sends. */

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns every component in the tree, the outermost first. */
export function allComponents(components: unknown): Node[] {
  if (!Array.isArray(components)) return [];
  return components
    .filter(isNode)
    .flatMap((one) => [
      one,
      ...allComponents(one.components),
      ...allComponents(isNode(one.component) ? [one.component] : []),
    ]);
}

/** Types of components that the bot may put into a message, and into a modal ("Component Types"). */
const typesInMessage = new Set([1, 2, 10, 12, 17]);
const typesInModal = new Set([3, 4, 18, 19, 21, 23]);

const within = (value: unknown, min: number, max: number) =>
  typeof value === 'string' && [...value].length >= min && value.length <= max;

function checkComponents(components: Node[], files: readonly string[]): string[] {
  const ids = components.flatMap((one) => (typeof one.custom_id === 'string' ? [one.custom_id] : []));
  const texts = components.flatMap((one) => (one.type === 10 ? [String(one.content)] : []));
  const shown = components
    .flatMap((one) => (one.type === 12 && Array.isArray(one.items) ? one.items : []))
    .filter(isNode);
  const urls = shown.map(({ media }) => (isNode(media) ? String(media.url) : ''));
  return [
    ...(components.length > 40 ? [`${components.length} components`] : []),
    ...(new Set(ids).size < ids.length ? ['a custom_id twice'] : []),
    ...ids.filter((id) => !within(id, 1, 100)).map((id) => `custom_id of ${id.length}`),
    ...(texts.join('').length > 4000 ? ['more than 4000 characters of text'] : []),
    ...(Buffer.byteLength(texts.join('')) > 10_000 ? ['more than 10 kB of text'] : []),
    ...texts.filter((text) => text.length === 0).map(() => 'an empty text'),
    ...urls
      .filter((url) => url.startsWith('attachment://') && !files.includes(url.slice(13)))
      .map((url) => `${url} is not among the files`),
    ...shown
      .filter(({ description: alt }) => alt !== undefined && !within(alt, 1, 1024))
      .map(() => 'alt text too long or empty'),
    ...components.flatMap((one) => checkOne(one)),
  ];
}

function checkOne(one: Node): string[] {
  if (one.type === 1) return checkRow(one);
  if (one.type === 2) return checkButton(one);
  if (one.type === 12) return isListOf(one.items, 1, 10) ? [] : ['gallery size'];
  return [];
}

const isListOf = (list: unknown, min: number, max: number) =>
  Array.isArray(list) && list.length >= min && list.length <= max;

function checkRow({ components }: Node): string[] {
  const size = Array.isArray(components) ? components.length : 0;
  return size < 1 || size > 5 ? [`a row of ${size}`] : [];
}

function checkButton({ style, url, custom_id: id, label }: Node): string[] {
  const isLink = style === 5;
  const isKeyed = typeof (isLink ? url : id) === 'string';
  return [...(isKeyed ? [] : ['a button without its id or address']), ...(within(label, 1, 80) ? [] : ['a label'])];
}

/** Returns what is wrong with a message. `names` are the files that came along, by their index. */
export function checkMessage(body: Node, names: readonly string[], hasV2: boolean): string[] {
  const components = allComponents(body.components);
  const described = Array.isArray(body.attachments) ? body.attachments.filter(isNode) : [];
  const files = described.map((one) => String(one.filename));
  const isEmpty = !body.content && components.length === 0 && names.length === 0;
  return [
    ...checkComponents(components, files),
    ...components
      .filter(({ type }) => !typesInMessage.has(Number(type)))
      .map(({ type }) => `component ${type} in a message`),
    ...(hasV2 && (body.content || body.embeds) ? ['content beside components'] : []),
    ...(!hasV2 && components.some(({ type }) => Number(type) >= 9) ? ['components without their flag'] : []),
    ...(!hasV2 && typeof body.content === 'string' && body.content.length > 2000 ? ['content too long'] : []),
    ...(isEmpty ? ['an empty message'] : []),
    ...(isNode(body.allowed_mentions) ? [] : ['no allowed_mentions']),
    ...(Number(body.flags ?? 0) & ~(64 | 4096 | 4 | 32768) ? ['an unknown flag'] : []),
    ...(names.length > 10 ? [`${names.length} files`] : []),
    ...(described.length === names.length ? [] : [`${described.length} attachments for ${names.length} files`]),
    ...names.flatMap((name, index) => (files[index] === name ? [] : [`file ${index} is called ${name}`])),
  ];
}

/** Returns what is wrong with a modal. */
export function checkModal(data: Node): string[] {
  const top = Array.isArray(data.components) ? data.components.filter(isNode) : [];
  const all = allComponents(data.components);
  return [
    ...checkComponents(all, []),
    ...(top.length < 1 || top.length > 5 ? [`${top.length} fields in a modal`] : []),
    ...all.filter(({ type }) => !typesInModal.has(Number(type))).map(({ type }) => `component ${type} in a modal`),
    ...(within(data.title, 1, 45) ? [] : ['the title of a modal']),
    ...(within(data.custom_id, 1, 100) ? [] : ['the id of a modal']),
    ...top.flatMap(({ label, description }) => [
      ...(within(label, 1, 45) ? [] : ['a label']),
      ...(description === undefined || within(description, 1, 100) ? [] : ['a description']),
    ]),
    ...all.flatMap(({ type, value, max_length: longest }) =>
      type === 4 && typeof value === 'string' && value.length > Number(longest ?? 4_000)
        ? ['a text that is too long']
        : [],
    ),
    ...all.flatMap(({ type, options }) => {
      const size = Array.isArray(options) ? options.length : 0;
      if (type === 21) return size >= 2 && size <= 10 ? [] : [`${size} radio buttons`];
      return type === 3 && (size < 1 || size > 25) ? [`${size} options`] : [];
    }),
  ];
}
