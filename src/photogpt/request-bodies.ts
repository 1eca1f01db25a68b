/** Builds the exact JSON bodies of the generation endpoints from chat-side options. */
import { spelled } from './models/check-options.ts';
import type { ImageModel, Model, Scalar, VideoModel } from './models/model.ts';

type Body = { modelID: string; [key: string]: unknown };
type Options = Record<string, Scalar | undefined>;
type Reference = { url: string; role: string };

/**
 * Returns the fields that hold something. It drops undefined, empty text and empty lists, because the API takes absence
 * for its default.
 */
const withoutEmpty = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

/**
 * Returns the options as the API spells them, by their place. It adds only defaults that are known, not those that are
 * guessed.
 */
function placed(model: Model, options: Options) {
  const places: { body: Record<string, Scalar>; options: Record<string, Scalar> } = { body: {}, options: {} };
  for (const [name, option] of Object.entries(model.options)) {
    const { default: known } = option.evidence;
    const value = options[name] ?? (known === 'documented' || known === 'operator' ? option.default : undefined);
    if (value !== undefined) places[option.at][option.key] = spelled(option, value) ?? value;
  }
  const hasOptions = Object.keys(places.options).length > 0;
  // The group's name is the family's, not the model's: only the group that fits the model may be sent.
  return { body: places.body, options: hasOptions && model.group ? { [model.group]: places.options } : undefined };
}

/**
 * Returns the body for a public image model. It drops options that the model lacks, which `checkOptions` reported
 * before.
 */
export function imageRequest(
  model: ImageModel,
  request: { prompt: string; count?: number; preset?: string; options?: Options; references?: readonly string[] },
): Body {
  const { body, options } = placed(model, request.options ?? {});
  return {
    modelID: model.id,
    ...withoutEmpty({
      prompt: request.prompt,
      ...body,
      numImages: request.count,
      preset: request.preset,
      referenceImageURLs: request.references,
      options,
    }),
  };
}

/** Returns the body for a public video model. References in the role `reference_video` go into `referenceVideos`. */
export function videoRequest(
  model: VideoModel,
  request: {
    prompt: string;
    count?: number;
    options?: Options;
    references?: readonly Reference[];
    elementIDs?: readonly string[];
  },
): Body {
  const { body, options } = placed(model, request.options ?? {});
  const references = (request.references ?? []).map(({ url, role }) => ({ url, role }));
  return {
    modelID: model.id,
    ...withoutEmpty({
      prompt: request.prompt,
      ...body,
      numVideos: request.count,
      referenceImages: references.filter(({ role }) => role !== 'reference_video'),
      referenceVideos: references.filter(({ role }) => role === 'reference_video'),
      elementIDs: request.elementIDs,
      options,
    }),
  };
}

/**
 * Returns the body for a trained model. One of `prompt`, `preset` and `inputImageId` should be there. Sizes in pixels.
 */
export function trainedRequest({
  modelID,
  ...fields
}: {
  modelID: string;
  prompt?: string;
  preset?: string;
  inputImageId?: string;
  width?: number;
  height?: number;
  numImages?: number;
  steps?: number;
  seed?: number;
  enhanceFace?: boolean;
  styleStrength?: number;
  runType?: string;
}): Body {
  return { modelID, ...withoutEmpty(fields) };
}
