/** The route that starts video jobs. */
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import type { VideoModel } from '../../photogpt/models/model.ts';
import { createBodies } from '../checks/bodies.ts';
import { checkOptions } from '../checks/options.ts';
import { noSuchModel } from '../checks/public-model.ts';
import { read } from '../checks/read.ts';
import type { Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import { jobSeconds } from '../jobs/timeline.ts';
import { videoSize } from '../media/frame-size.ts';
import type { Recipe, Source } from '../media/renderer.ts';

type Reference = { url: string; role?: string };

/**
 * Families that take no videos. Veo's documented schema has no `referenceVideos`. Nothing is known of the other
 * families.
 */
const familiesWithoutVideos = ['veo'];

/**
 * Throws `Problem` when a documented rule is broken. There is one: Veo films 8 seconds when it has a `reference_image`.
 */
function checkRules(model: VideoModel, references: Reference[], options: Record<string, unknown>) {
  for (const rule of model.rules) {
    if (rule.evidence !== 'documented' || !('option' in rule) || !references.some(({ role }) => role === rule.role))
      continue;
    const key = model.options[rule.option]?.key ?? rule.option;
    const given = options[key];
    if (given === undefined || given === rule.mustBe) continue;
    const path = `options.${model.group}.${key}`;
    throw new Problem(400, `${path} must be ${rule.mustBe} when a ${rule.role} is given`, `validation: ${path}`);
  }
}

/** Returns the route. */
export function videoGenerationRoutes(parts: Parts, catalogue: Catalogue): Pick<Routes, 'generateVideo'> {
  const { guesses, strict } = parts;
  const bodies = createBodies({ guesses, strict });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

  const secondsOf = (duration: unknown) => {
    const seconds = Number(duration);
    return seconds > 0 ? Math.min(seconds, guesses.longestVideoSeconds) : guesses.defaultVideoSeconds;
  };

  return {
    async generateVideo(call) {
      const { modelID } = read(bodies.addressed, call.body);
      const model = catalogue.video(modelID);
      if (!model) throw noSuchModel(catalogue, 'video', modelID);
      const given = read(bodies.video, call.body);
      const options = checkOptions(model, given.options, { catalogue, guesses, strict });
      const { referenceImages, referenceVideos, prompt, numVideos: count = 1 } = given;
      if (strict && referenceVideos.length > 0 && familiesWithoutVideos.includes(model.family)) {
        throw new Problem(400, `${model.id} takes no referenceVideos`, 'validation: referenceVideos');
      }
      checkRules(model, referenceImages, options);

      const find = async (field: string, { url, role }: Reference) => ({
        role,
        source: await parts.fetchReference(url, field),
      });
      const found: { role?: string; source: Source }[] = await Promise.all([
        ...referenceImages.map((one) => find('referenceImages', one)),
        ...referenceVideos.map((one) => find('referenceVideos', one)),
      ]);
      const frame = (wanted: string) => found.find(({ role }) => role === wanted)?.source;
      const others = found.filter(({ role }) => role !== 'first_frame' && role !== 'last_frame');
      const seconds = secondsOf(options.duration);
      const film: Omit<Extract<Recipe, { kind: 'film' }>, 'seed'> = {
        kind: 'film',
        prompt,
        ...videoSize(
          { ratio: text(options.aspectRatio) ?? text(options.ratio), resolution: text(options.resolution) },
          guesses,
        ),
        seconds,
        fps: guesses.framesPerSecond,
        firstFrame: frame('first_frame'),
        lastFrame: frame('last_frame'),
        references: others.map(({ source }) => source),
      };
      const seed = typeof options.seed === 'number' ? options.seed : undefined;
      const job = parts.jobs({
        account: call.account,
        kind: 'video',
        modelID,
        prompt,
        seconds: (number) => jobSeconds({ number, usual: model.usualSeconds, count }),
        cost: (guesses.creditsByModel[modelID] ?? model.credits ?? guesses.creditsPerVideo) * count,
        request: call.request,
        fault: call.fault,
        fetched: found.flatMap(({ source }) => ('media' in source && source.fetched ? source.media : [])),
        videos: (number) =>
          Array.from({ length: count }, (_, index) => ({
            recipe: { ...film, seed: (seed ?? number * 1000) + index },
            seconds,
          })),
      });
      return { code: guesses.triggerStatus, body: { result: { jobId: job.id, status: guesses.triggerWord } } };
    },
  };
}
