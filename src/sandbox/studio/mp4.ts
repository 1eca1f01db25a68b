/** Copies the video of an MP4 into another container without encoding it again. */
import { BufferSource, EncodedPacketSink, EncodedVideoPacketSource, Input, MP4, type Output } from 'mediabunny';

/**
 * Writes every packet of the H.264 track in `mp4` to `output`, and finalizes it. Rejects when there is no such track.
 * It finds key frames in the packets themselves, because our encoder's files lack the table (`stss`) that names them.
 */
export async function copyVideo(mp4: Uint8Array, output: Output): Promise<void> {
  using input = new Input({ source: new BufferSource(mp4), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error('there is no video in this file');
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { verifyKeyPackets: true })) {
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
}
