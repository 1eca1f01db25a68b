/** The exact JSON bodies of the generation endpoints, from chat-side options. */
import { spelled } from './models/check-options.ts';
import type { ImageModel, Model, Scalar, VideoModel } from './models/model.ts';

type Body = { modelID: string; [key: string]: unknown };
type Options = Record<string, Scalar | undefined>;
type Reference = { url: string; role: string };

/** Fields left out because they are undefined, empty text or an empty list: the API takes absence for its default. */
const given = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

/** The options as the API spells them, apart by place. A default goes along only where it is known, not guessed. */
function placed(model: Model, options: Options) {
  const places: { body: Record<string, Scalar>; options: Record<string, Scalar> } = { body: {}, options: {} };
  for (const [name, option] of Object.entries(model.options)) {
    const { default: known } = option.evidence;
    const value = options[name] ?? (known === 'documented' || known === 'operator' ? option.default : undefined);
    if (value !== undefined) places[option.at][option.key] = spelled(option, value) ?? value;
  }
  const inside = Object.keys(places.options).length > 0;
  // The group's name is the family's, not the model's: only the group that fits the model may be sent.
  return { body: places.body, options: inside && model.group ? { [model.group]: places.options } : undefined };
}

/** The body for a public image model. Options the model lacks are left out: `checkOptions` has told of them before. */
export function imageRequest(
  model: ImageModel,
  request: { prompt: string; count?: number; preset?: string; options?: Options; references?: readonly string[] },
): Body {
  const { body, options } = placed(model, request.options ?? {});
  return {
    modelID: model.id,
    ...given({
      prompt: request.prompt,
      ...body,
      numImages: request.count,
      preset: request.preset,
      referenceImageURLs: request.references,
      options,
    }),
  };
}

/** The body for a public video model. References in the role `reference_video` go where the API wants videos. */
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
    ...given({
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

/** The body for a trained model: one of `prompt`, `preset` and `inputImageId` should be there. Sizes in pixels. */
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
  return { modelID, ...given(fields) };
}
