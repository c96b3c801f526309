/**
 * Names, labels and metadata: what they may look like (name-formats.ts) and the validation of
 * metadata that every kind shares (object-meta.ts), in one place for the kinds.
 */
export * from './name-formats';
export * from './object-meta';
