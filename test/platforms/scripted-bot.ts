/** A bot whose answers the test sets, behind a platform's adapter. */
import { Readable } from 'node:stream';
import sharp from 'sharp';
import type { Call, IncomingCall, Media, Message, MessageRef, Origin } from '../../src/chat.ts';
import type { Bot } from '../../src/commands/kit/bot.ts';
import type { Field, Sheet } from '../../src/commands/kit/sheet.ts';

const field = (name: string, kind: Field['kind'], description: string, more: Partial<Field> = {}): Field => ({
  name,
  kind,
  description,
  required: false,
  long: false,
  suggests: false,
  choices: [],
  ...more,
});

const ratios = ['1:1', '16:9', '9:16'].map((value) => ({ value, label: value }));
const looks = ['Watercolour', 'Film still', 'Line drawing', 'Studio light'];

const prompt = field('prompt', 'text', 'What to make', { required: true, long: true, max: 2000 });
const privately = field('private', 'flag', 'Only you see it');

/** Sheets of the scripted bot's four commands. */
export const scriptedSheets: Sheet[] = [
  {
    name: 'imagine',
    description: 'Make pictures from words',
    group: 'Make',
    example: 'prompt:a lighthouse at dusk ratio:16:9',
    fields: [
      prompt,
      field('ratio', 'choice', 'Shape of the picture', { choices: ratios }),
      field('count', 'integer', 'How many pictures', { min: 1, max: 4 }),
      field('look', 'text', 'A look to start from', { suggests: true, max: 100 }),
      privately,
    ],
  },
  {
    name: 'edit',
    description: 'Change a picture by saying how',
    group: 'Make',
    example: '41/2 prompt:make it night',
    fields: [field('pictures', 'pictures', 'Pictures to change', { required: true, max: 4 }), prompt],
  },
  {
    name: 'upscale',
    description: 'Make a picture larger',
    group: 'Make',
    example: '41 image:2',
    fields: [
      field('job', 'job', 'The job', { required: true }),
      field('image', 'integer', 'Which picture', { min: 1, max: 10 }),
    ],
  },
  { name: 'help', description: 'What the bot can do', group: 'The bot', example: '', fields: [] },
];

/** A call that the bot has run, with its origin and the bytes of its files. */
type Run = { call: IncomingCall; origin: Origin; files: { name: string; bytes: Uint8Array }[] };

/** Returns the bytes of a picture with a gradient. The same hue gives the same picture. */
export async function paint(width: number, height: number, hue: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2=".4" y2="1"><stop stop-color="hsl(${hue} 70% 72%)"/><stop offset="1" stop-color="hsl(${(hue + 60) % 360} 62% 28%)"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="68%" cy="34%" r="${height / 9}" fill="hsl(${hue} 90% 90%)"/><path d="M0 ${height * 0.7} Q ${width * 0.3} ${height * 0.55} ${width * 0.55} ${height * 0.72} T ${width} ${height * 0.66} V ${height} H 0 Z" fill="hsl(${(hue + 90) % 360} 45% 18%)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Returns the bot. The test may replace `script.answer`, which answers each call. */
export function createScriptedBot() {
  const runs: Run[] = [];
  const shown: { job: number; ref: MessageRef }[] = [];
  /** Ids of events that have made a job. */
  const taken = new Set<string>();
  const files = new Map<string, Buffer>();
  const script: { answer(call: IncomingCall, origin: Origin): Promise<Message> } = {
    answer: async (call) => ({ text: `You asked for **${call.command}**.`, tone: 'plain' }),
  };

  /** Paints a picture that the bot can open. Returns it as a message has it. */
  async function picture(more: Partial<Media> & { hue?: number } = {}): Promise<Media> {
    const { hue = 20, width = 640, height = 480, ...rest } = more;
    const bytes = await paint(width, height, hue);
    const id = rest.id ?? `picture${String(files.size).padStart(15, '0')}`;
    files.set(id, bytes);
    const media = {
      kind: 'image',
      name: `${id}.png`,
      type: 'image/png',
      alt: 'hills under a sun',
      spoiler: false,
    } as const;
    return { ...media, id, bytes: bytes.length, width, height, ...rest };
  }

  const lacking = (call: Call | IncomingCall) =>
    scriptedSheets
      .find(({ name }) => name === call.command)
      ?.fields.some(({ name, required }) => required && !call.options[name]?.toString());

  const bot: Bot = {
    sheets: scriptedSheets,
    pictureActions: [{ label: 'Edit this', command: 'edit', option: 'pictures', form: true }],
    isPrivate: (call) => call.command === 'help' || call.options.private === true || call.options.private === 'true',
    async form(call) {
      const sheet = scriptedSheets.find(({ name }) => name === call.command);
      if (!sheet || (!call.form && !lacking(call))) return undefined;
      const isPlain = ([, value]: [string, unknown]) =>
        typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
      const known = Object.fromEntries(Object.entries(call.options).filter(isPlain)) as Call['options'];
      const fields = sheet.fields.map((each) => ({ ...each, value: known[each.name] }));
      return { title: `/${sheet.name}`, submit: 'Send', call: { command: sheet.name, options: known }, fields };
    },
    // One look leaves one shape and no count.
    narrow(form) {
      const isLine = form.call.options.look === 'Line drawing';
      const fields = form.fields
        .filter(({ name }) => !isLine || name !== 'count')
        .map((each) => {
          if (each.name === 'look') return { ...each, reshapes: true as const };
          if (each.name !== 'ratio' || !isLine) return each;
          return { ...each, choices: ratios.slice(0, 1), value: each.value === '1:1' ? each.value : undefined };
        });
      const { count: _, ratio, ...rest } = form.call.options;
      const options = isLine ? { ...rest, ...(ratio === '1:1' ? { ratio } : {}) } : form.call.options;
      return { ...form, call: { ...form.call, options }, fields };
    },
    async run(call, origin) {
      const attached = Object.values(call.options)
        .flat()
        .filter((item) => typeof item === 'object');
      const read = attached.map(async (item) => ({
        name: item.name,
        bytes: await item.read(AbortSignal.timeout(5000)),
      }));
      const run = { call, origin, files: await Promise.all(read) };
      const message = await script.answer(call, origin);
      if (message.job !== undefined) taken.add(origin.event);
      runs.push(run);
      return message;
    },
    suggest: async (_command, _option, typed) =>
      looks
        .filter((look) => look.toLowerCase().includes(typed.toLowerCase()))
        .map((look) => ({ value: look, label: look })),
    took: async ({ event }) => taken.has(event),
    async shown(job, ref) {
      shown.push({ job, ref });
    },
    async open(id, range) {
      const bytes = files.get(id);
      return bytes && Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]);
    },
    apologise: () => ({ text: 'Something went wrong.', tone: 'bad', private: true }),
  };

  return { bot, runs, shown, script, picture };
}

/** The bot, the calls it has run, and the messages it was told of. */
export type ScriptedBot = ReturnType<typeof createScriptedBot>;
