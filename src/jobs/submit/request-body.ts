/** Puts the references of a job into the body of its request, under the names that PhotoGPT gave them. */
import type { Reference } from '../../db/schema/schema.ts';

/**
 * Roles of a reference: `reference` for public picture models, `input` for trained ones, `source` for an upscale, and the
 * others for videos.
 */
export type Role =
  | 'reference'
  | 'input'
  | 'source'
  | 'first_frame'
  | 'last_frame'
  | 'reference_image'
  | 'reference_video';

type Body = Record<string, unknown>;

/**
 * Returns the body for PhotoGPT. Every reference must have been resolved: public models take its URL, trained models and
 * upscales its id.
 */
export function bodyOf(request: Body, refs: readonly Reference[]): Body & { modelID: string } {
  const urls = refs.filter(({ role }) => role === 'reference').map(({ url }) => url);
  const input = refs.find(({ role }) => role === 'input');
  const source = refs.find(({ role }) => role === 'source');
  const framed = refs.filter(({ role }) => role.endsWith('_frame') || role === 'reference_image');
  const videos = refs.filter(({ role }) => role === 'reference_video');
  const roleAndUrl = ({ url, role }: Reference) => ({ url, role });
  return {
    modelID: '',
    ...request,
    ...(urls.length > 0 && { referenceImageURLs: urls }),
    ...(input && { inputImageId: input.remoteId }),
    ...(source && { imageID: source.remoteId }),
    ...(framed.length > 0 && { referenceImages: framed.map(roleAndUrl) }),
    ...(videos.length > 0 && { referenceVideos: videos.map(roleAndUrl) }),
  };
}
