import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/commands/index.ts';
import { sheetOf } from '../../../../src/commands/kit/sheet.ts';
import { inSteps, renderModal } from '../../../../src/platforms/discord/render/form.ts';
import { createScriptedBot } from '../../scripted-bot.ts';
import { allComponents, checkModal } from '../check-body.ts';
import { judgeRequest } from '../openapi.ts';

describe('renderModal', () => {
  const forms = commands.map(sheetOf).filter(({ fields }) => fields.length > 0);

  it.each(forms.map((sheet) => [sheet.name, sheet] as const))(
    'draws a form that Discord takes: %s',
    (name, { fields }) => {
      const known = fields.map((field) => ({ ...field, value: field.kind === 'text' ? 'x'.repeat(6_000) : undefined }));
      for (const given of [fields, known]) {
        const steps = inSteps(given);
        expect(
          steps
            .flat()
            .map((field) => field.name)
            .sort(),
        ).toEqual(fields.map((field) => field.name).sort());
        for (const [index, step] of steps.entries()) {
          const place = { step: index + 1, steps: steps.length, held: new Set<string>() };
          const modal = renderModal(`/${name}`, `form:1:${index + 1}`, step, place);
          expect(checkModal(modal)).toEqual([]);
          expect(judgeRequest('POST', '/interactions/1/t/callback', { type: 9, data: modal }, false)).toEqual([]);
        }
      }
    },
  );

  it('uses every kind of field, and takes ten files', () => {
    const kinds = forms.flatMap(({ name, fields }) =>
      inSteps(fields).flatMap((step, index) =>
        allComponents(
          renderModal(`/${name}`, 'form:1:1', step, { step: index + 1, steps: 1, held: new Set() }).components,
        ),
      ),
    );
    expect(new Set(kinds.map(({ type }) => type))).toEqual(new Set([3, 4, 18, 19, 21, 23]));
    expect(Math.max(...kinds.map(({ type, max_values: most }) => (type === 19 ? Number(most) : 0)))).toBe(10);
  });
});

describe('the golden modals', () => {
  it('are drawn again within every limit', async () => {
    const { sheets } = createScriptedBot().bot;
    const drawn = sheets
      .filter(({ fields }) => fields.length > 0)
      .map(({ name, fields }) => {
        const [first = []] = inSteps(fields);
        return renderModal(`/${name}`, `form:1:1`, first, { step: 1, steps: 1, held: new Set() });
      });
    for (const modal of drawn) {
      expect(checkModal(modal)).toEqual([]);
      expect(judgeRequest('POST', '/interactions/1/t/callback', { type: 9, data: modal }, false)).toEqual([]);
    }
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('../golden/modals.txt');
  });
});
