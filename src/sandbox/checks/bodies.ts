/** The bodies of the four triggers as shapes: required fields, types, limits. */
import { z } from 'zod';
import type { Guesses } from '../guesses.ts';
import { optionGroups } from './options.ts';

const text = (name: string) => z.string(`${name} must be text`);
const whole = (name: string) => z.number(`${name} must be a number`).int(`${name} must be a whole number`);
const count = (name: string, most: number) =>
  whole(name).min(1, `${name} must be at least 1`).max(most, `${name} must be at most ${most}`).optional();

/** More references than any model takes; what a model takes is checked against the catalogue. */
const referencesAtMost = 50;

const references = (name: string) =>
  z
    .array(
      z.object({ url: text(`${name}.url`), role: text(`${name}.role`).optional() }, `${name} must hold { url, role }`),
      `${name} must be a list`,
    )
    .max(referencesAtMost, `${name} has too many entries`)
    .default([]);

/** With `strict`, fields that are not listed are refused; otherwise they are ignored. */
export function createBodies({ guesses, strict }: { guesses: Guesses; strict: boolean }) {
  const body = <S extends z.ZodRawShape>(fields: S) =>
    strict ? z.strictObject(fields, 'Send a JSON object') : z.object(fields, 'Send a JSON object');
  const length = guesses.promptLimit;
  const prompt = text('prompt').max(length, `prompt must have at most ${length} characters`);
  const required = z.string('prompt is required').trim().min(1, 'prompt is required').pipe(prompt);
  const modelID = text('modelID');

  return {
    /** Only says which model is meant, and so which of the other shapes holds. */
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
        .max(referencesAtMost, 'referenceImageURLs has too many entries')
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
