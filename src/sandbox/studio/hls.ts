/** Cuts an MP4 into the files that an HLS player fetches. */
import { BufferTarget, CmafOutputFormat, HlsOutputFormat, Output, PathedTarget } from 'mediabunny';
import { copyVideo } from './mp4.ts';

/**
 * Returns the HLS media playlist (RFC 8216) of a video, and the files that it names relative to itself: `init.mp4`,
 * then `segment-1.m4s` and so on. Each segment starts with a key frame. Rejects when `mp4` has no H.264 track.
 */
export async function hlsOf(mp4: Uint8Array): Promise<{ playlist: string; segments: Map<string, Uint8Array> }> {
  const targets = new Map<string, BufferTarget>();
  const playlists: string[] = [];
  const format = new HlsOutputFormat({
    segmentFormat: new CmafOutputFormat(),
    targetDuration: 2,
    getInitPath: () => 'init.mp4',
    getSegmentPath: ({ n }) => `segment-${n}.m4s`,
    onPlaylist: (content) => playlists.push(content),
  });
  const target = new PathedTarget('main.m3u8', ({ path }) => {
    const buffer = new BufferTarget();
    targets.set(path, buffer);
    return buffer;
  });
  await copyVideo(mp4, new Output({ format, target }));
  const segments = new Map<string, Uint8Array>();
  for (const [path, { buffer }] of targets) {
    if (buffer && !path.endsWith('.m3u8')) segments.set(path, new Uint8Array(buffer));
  }
  const playlist = playlists.at(-1);
  if (playlist === undefined) throw new Error('no playlist was written');
  return { playlist, segments };
}
