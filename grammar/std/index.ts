/** The texts of the standard library by path: made by `npm run generate` from the .nn files of this folder. */
export const std: ReadonlyMap<string, string> = new Map([
]);
