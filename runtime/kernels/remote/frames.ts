/** Packets in a stream of bytes: each behind its length. */

export function framed(packet: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(4 + packet.length);
  new DataView(frame.buffer).setUint32(0, packet.length, true);
  frame.set(packet, 4);
  return frame;
}

/** Gives the packets that are whole, piece by piece of the stream. */
export function framesIn(): (piece: Uint8Array) => readonly Uint8Array[] {
  let left: Uint8Array = new Uint8Array(0);
  return (piece) => {
    const all = new Uint8Array(left.length + piece.length);
    all.set(left);
    all.set(piece, left.length);
    const packets: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= 4) {
      const length = new DataView(all.buffer).getUint32(at, true);
      if (all.length - at - 4 < length) break;
      packets.push(all.slice(at + 4, at + 4 + length));
      at += 4 + length;
    }
    left = all.slice(at);
    return packets;
  };
}
