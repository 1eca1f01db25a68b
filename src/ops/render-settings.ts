/** Renders the list of settings: the file that an operator copies, and the table that an operator reads. */
import { type Setting, sections, settings } from './settings.ts';

const listed: readonly Setting[] = settings;

/** Renders `.env.example`. Settings with a default are commented out. The others are empty, which counts as not set. */
export function renderEnvExample(): string {
  const paragraphs = sections.flatMap((section) => [
    `# --- ${section} ---`,
    ...listed.filter((setting) => setting.section === section).map(paragraph),
  ]);
  return `${[preface, ...paragraphs].join('\n\n')}\n`;
}

const preface = `# The settings of photogpt-bot. Copy this file to .env and fill in what is marked as required and one chat.
# Made from src/ops/settings.ts by \`npm run render\`: do not edit it by hand.`;

function paragraph({ name, purpose, source, required, default: usual, example }: Setting): string {
  // One sentence a line, because editors show such lines whole.
  const comments = [...purpose.split(/(?<=\.) /), `From: ${source}`];
  if (required) comments.push('Required.');
  if (example) comments.push(`Example: ${example}`);
  const assignment = usual === undefined ? `${name}=` : `#${name}=${usual}`;
  return [...comments.map((line) => `# ${line}`), assignment].join('\n');
}

/** Renders the README's table, in Markdown, without a line end after it. */
export function renderSettingsTable(): string {
  const rows = sections.flatMap((section) => listed.filter((setting) => setting.section === section).map(row));
  return [
    '| setting | what it is for | where its value comes from | default |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function row({ name, purpose, source, required, default: usual }: Setting): string {
  const unset = required ? '**required**' : '–';
  return `| \`${name}\` | ${purpose} | ${source} | ${usual === undefined ? unset : `\`${usual}\``} |`;
}
