/** Memory of a device, where whoever asks is told a place. */
import type { Elements } from '../device.ts';
import type { DType } from '../k.ts';

export interface Heap<Place> {
  /** Throws NN5011 if there is no room for whoever asks. */
  allocate(bytes: number, who?: string): Place;
  /** `undefined` if there is no room. */
  reserve(bytes: number): Place | undefined;
  free(place: Place): void;
  /** The elements in place: good until more is allocated. */
  at(place: Place, elements: number, dtype: DType): Elements;
  /** So many elements behind a place. */
  behind(place: Place, elements: number): Place;
  /** Bytes that are held. */
  readonly bytes: number;
  readonly allocations: number;
}
