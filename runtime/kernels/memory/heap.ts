/** Memory of a device, where whoever asks is told a place. */
import type { Elements } from '../device.ts';
import type { DType } from '../k.ts';

export interface Heap<Place> {
  /** Throws NN5011 if there is no room for whoever asks. */
  allocate(bytes: number, who?: string): Place;
  /** `undefined` if there is no room. */
  reserve(bytes: number): Place | undefined;
  free(place: Place): void;
  /** Copies elements to a place: so many zeros if there are none. */
  put(place: Place, elements: ArrayLike<number> | undefined, count: number, dtype: DType): void;
  /** A copy of the elements at a place, as they are at the moment of the call. */
  get(place: Place, count: number, dtype: DType): Promise<Elements>;
  /** So many elements behind a place. */
  behind(place: Place, elements: number): Place;
  /** Bytes that are held. */
  readonly bytes: number;
  readonly allocations: number;
}
