/** Routes that start picture jobs: with a public model, with a trained one, or to upscale a picture. */
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import type { ImageModel } from '../../photogpt/models/model.ts';
import { createBodies } from '../checks/bodies.ts';
import { checkOptions } from '../checks/options.ts';
import { noSuchModel } from '../checks/public-model.ts';
import { read } from '../checks/read.ts';
import type { Answer, Call, Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import type { Job, Model } from '../jobs/state.ts';
import { jobSeconds } from '../jobs/timeline.ts';
import { exactSize, pictureSize } from '../media/frame-size.ts';
import type { Recipe, Source } from '../media/renderer.ts';
import { presets } from '../studio/look.ts';
import { trainedModelSeconds } from '../timings.ts';
import { own } from './own.ts';

type Format = 'jpeg' | 'png' | 'webp';

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
const formats: Record<string, Format> = { jpeg: 'jpeg', jpg: 'jpeg', png: 'png', webp: 'webp' };

/** Returns the routes. */
export function imageGenerationRoutes(
  parts: Parts,
  catalogue: Catalogue,
): Pick<Routes, 'generateImage' | 'upscaleImage'> {
  const { guesses, state, strict } = parts;
  const bodies = createBodies({ guesses, strict });

  const triggered = (job: Job): Answer => ({
    code: guesses.triggerStatus,
    body: { result: { jobId: job.id, status: guesses.triggerWord } },
  });

  function checkPreset(preset: string | undefined) {
    if (!preset || !guesses.rejectsUnknownPresets || presets.some(({ tag }) => tag === preset)) return;
    throw new Problem(400, `There is no preset ${preset}; see GET /presets`, 'validation: preset');
  }

  const costOf = (modelID: string, count: number, usual = guesses.creditsPerImage) =>
    (guesses.creditsByModel[modelID] ?? usual) * count;

  /** Returns the recipes of `count` pictures that differ by their seed only. */
  function picturesOf(base: Omit<Extract<Recipe, { kind: 'picture' }>, 'kind' | 'seed'>, count: number, seed?: number) {
    const { width, height } = base;
    return (number: number) =>
      Array.from({ length: count }, (_, index) => {
        const recipe: Recipe = { kind: 'picture', ...base, seed: (seed ?? number * 1000) + index };
        return { recipe, width, height };
      });
  }

  async function startWithPublicModel(call: Call, model: ImageModel): Promise<Answer> {
    const given = read(bodies.publicImage, call.body);
    const options = checkOptions(model, given.options, { catalogue, guesses, strict });
    checkPreset(given.preset);
    const { referenceImageURLs: addresses, prompt, preset, numImages: count = 1 } = given;
    if (addresses.length > model.maxReferences) {
      const message = `${model.id} takes at most ${model.maxReferences} reference images; ${addresses.length} were given`;
      throw new Problem(400, message, 'validation: referenceImageURLs');
    }
    const references = await Promise.all(addresses.map((one) => parts.fetchReference(one, 'referenceImageURLs')));
    const size = pictureSize({ ratio: given.aspectRatio, size: text(options.imageSize) }, guesses);
    const format = formats[text(options.outputFormat) ?? ''] ?? guesses.pictureFormat;
    const seed = typeof options.seed === 'number' ? options.seed : undefined;
    const job = parts.jobs({
      account: call.account,
      kind: 'image',
      modelID: model.id,
      prompt,
      seconds: (number) => jobSeconds({ number, usual: model.usualSeconds, count }),
      cost: costOf(model.id, count, model.credits),
      request: call.request,
      fault: call.fault,
      fetched: references.flatMap((one) => ('media' in one && one.fetched ? one.media : [])),
      pictures: picturesOf({ prompt, ...size, preset, format, references }, count, seed),
    });
    return triggered(job);
  }

  /** Returns the picture of the person: the given reference, or one of the pictures of the training. */
  function likeness(call: Call, model: Model, inputImageId: string | undefined): Source[] {
    if (inputImageId) return [{ media: own.picture(parts, call, inputImageId).media }];
    const [trained] = [...state.pictures.values()].filter(
      (one) => one.modelID === model.id && one.type === 'modelInput',
    );
    return trained ? [{ media: trained.media }] : [];
  }

  function startWithTrainedModel(call: Call, model: Model): Answer {
    const given = read(bodies.trainedImage, call.body);
    const status = parts.records.modelStatus(model, call.now);
    if (status !== 'ready') {
      throw new Problem(guesses.notReadyStatus, `This model is ${status}, not ready`, `model: ${status}`);
    }
    if (guesses.trainedNeedsSomething && !given.prompt && !given.preset && !given.inputImageId) {
      throw new Problem(400, 'One of prompt, preset and inputImageId is required', 'validation: prompt');
    }
    checkPreset(given.preset);
    const { prompt = '', preset, numImages: count = 1 } = given;
    const references = likeness(call, model, given.inputImageId);
    const job = parts.jobs({
      account: call.account,
      kind: 'image',
      modelID: model.id,
      prompt,
      seconds: (number) => jobSeconds({ number, usual: trainedModelSeconds, count }),
      cost: costOf(model.id, count),
      request: call.request,
      fault: call.fault,
      pictures: picturesOf(
        { prompt, ...exactSize(given, guesses), preset, format: guesses.pictureFormat, references },
        count,
        given.seed,
      ),
    });
    return triggered(job);
  }

  return {
    generateImage(call) {
      const { modelID } = read(bodies.addressed, call.body);
      const model = catalogue.image(modelID);
      if (model) return startWithPublicModel(call, model);
      if (!state.models.has(modelID)) throw noSuchModel(catalogue, 'image', modelID);
      return startWithTrainedModel(call, own.model(parts, call, modelID));
    },
    upscaleImage(call) {
      const { imageID } = read(bodies.upscaling, call.body);
      const source = own.picture(parts, call, imageID);
      const { upscaleFactor, largestUpscaledSide } = guesses;
      const factor = Math.max(1, Math.min(upscaleFactor, largestUpscaledSide / Math.max(source.width, source.height)));
      const width = Math.round(source.width * factor);
      const height = Math.round(source.height * factor);
      const ending = parts.renderer.nameOf(source.media)?.split('.').at(-1) ?? '';
      const recipe: Recipe = {
        kind: 'upscale',
        of: { media: source.media },
        factor,
        format: formats[ending] ?? 'jpeg',
      };
      const job = parts.jobs({
        account: call.account,
        kind: 'upscale',
        modelID: source.modelID,
        prompt: '',
        seconds: (number) => jobSeconds({ number, usual: guesses.upscaleSeconds, count: 1 }),
        cost: guesses.creditsByModel.upscale ?? guesses.creditsPerUpscale,
        request: call.request,
        fault: call.fault,
        pictures: () => [{ recipe, width, height }],
      });
      const [id] = job.pictures;
      if (id) source.upscaled = { id, visibleAt: job.timeline.ended };
      return triggered(job);
    },
  };
}
