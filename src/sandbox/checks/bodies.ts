/** Schemas of the bodies of the four triggers: required fields, types, limits. */
import { z } from 'zod';
import type { Guesses } from '../guesses.ts';
import { optionGroups } from './options.ts';

const text = (name: string) => z.string(`${name} must be text`);
const whole = (name: string) => z.number(`${name} must be a number`).int(`${name} must be a whole number`);
const count = (name: string, max: number) =>
  whole(name).min(1, `${name} must be at least 1`).max(max, `${name} must be at most ${max}`).optional();

/** More references than any model takes. The limit of a model is in the catalogue. */
const maxReferences = 50;

const references = (name: string) =>
  z
    .array(
      z.object({ url: text(`${name}.url`), role: text(`${name}.role`).optional() }, `${name} must hold { url, role }`),
      `${name} must be a list`,
    )
    .max(maxReferences, `${name} has too many entries`)
    .default([]);

/** Returns the schemas. With `strict`, they refuse unknown fields. Otherwise they ignore them. */
export function createBodies({ guesses, strict }: { guesses: Guesses; strict: boolean }) {
  const body = <S extends z.ZodRawShape>(fields: S) =>
    strict ? z.strictObject(fields, 'Send a JSON object') : z.object(fields, 'Send a JSON object');
  const length = guesses.promptLimit;
  const prompt = text('prompt').max(length, `prompt must have at most ${length} characters`);
  const required = z.string('prompt is required').trim().min(1, 'prompt is required').pipe(prompt);
  const modelID = text('modelID');

  return {
    /** Reads the model only, which decides between the other schemas. */
    addressed: z.object(
      { modelID: z.string('modelID is required').min(1, 'modelID is required') },
      'Send a JSON object',
    ),
    publicImage: body({
      modelID,
      prompt: required,
      aspectRatio: text('aspectRatio').optional(),
      numImages: count('numImages', guesses.imagesPerJob),
      preset: text('preset').optional(),
      referenceImageURLs: z
        .array(text('referenceImageURLs'), 'referenceImageURLs must be a list')
        .max(maxReferences, 'referenceImageURLs has too many entries')
        .default([]),
      options: optionGroups,
    }),
    trainedImage: body({
      modelID,
      prompt: prompt.optional(),
      preset: text('preset').optional(),
      inputImageId: text('inputImageId').optional(),
      width: whole('width').positive('width must be positive').optional(),
      height: whole('height').positive('height must be positive').optional(),
      numImages: count('numImages', guesses.imagesPerJob),
      steps: whole('steps').optional(),
      seed: whole('seed').optional(),
      runType: text('runType').optional(),
      enhanceFace: z.boolean('enhanceFace must be true or false').optional(),
      styleStrength: z.number('styleStrength must be a number').optional(),
    }),
    upscaling: body({ imageID: z.string('imageID is required').min(1, 'imageID is required') }),
    video: body({
      modelID,
      prompt: required,
      numVideos: count('numVideos', guesses.videosPerJob),
      referenceImages: references('referenceImages'),
      referenceVideos: references('referenceVideos'),
      elementIDs: z.array(text('elementIDs'), 'elementIDs must be a list').optional(),
      options: optionGroups,
    }),
  };
}
