/**
 * What cdk8s-cli hands to a validation plugin. Copies of its own types: under `moduleResolution`
 * node10 those of `cdk8s-cli/plugins` cannot be imported.
 */

/** An object that violates a rule. */
export interface ViolatingResource {
  /** `metadata.name` of the object. */
  readonly resourceName: string;
  /** Fields of the object. */
  readonly locations: readonly string[];
  /** File in which the object was written. */
  readonly manifestPath: string;
}

/** A rule that objects violate. */
export interface ValidationViolation {
  /** Name of the rule. */
  readonly ruleName: string;
  /** What was found. */
  readonly recommendation: string;
  /** What to do about it. */
  readonly fix: string;
  /** The objects. */
  readonly violatingResources: readonly ViolatingResource[];
}

/** What a plugin may use while it validates. */
export interface ValidationContext {
  /** Paths of the files that were written. */
  readonly manifests: readonly string[];
  /** The objects of a file; an empty document is null. */
  parseManifest(manifestPath: string): unknown[];
  /** What the plugin has to say to the user. */
  readonly logger: { log(message: string): void };
  /** What the plugin has found. */
  readonly report: {
    /** Adds a finding. */
    addViolation(violation: ValidationViolation): void;
    /** Says that it is done, and whether all is well. */
    submit(status: 'success' | 'failure', metadata?: { readonly [key: string]: string }): void;
  };
}

/** A validation plugin of cdk8s-cli. */
export interface Validation {
  /** Looks at what was synthesised, reports what it finds, and submits the report. */
  validate(context: ValidationContext): Promise<void>;
}
