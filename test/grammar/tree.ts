/** Trees compared by what they mean: without their places. */

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The tree without spans, and of comments the text alone: the formatter may move them. */
export const withoutPlaces = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !/^(span|operatorSpan|keywordSpan|ownLine)$/.test(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutPlaces(inner)]));
};
