// What the plugin uses of the framework, which has no types for it.

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Provider {
  readonly getAccountId: () => Promise<string>;
  readonly getAwsSdkV3Config: () => Promise<{ readonly credentials: () => Promise<Credentials> }>;
  readonly naming: { readonly getStackName: () => string };
}

export interface Service {
  readonly custom: { readonly checked: Readonly<Record<string, unknown>> };
  readonly provider: {
    readonly environment: Readonly<Record<string, unknown>>;
    readonly compiledCloudFormationTemplate: {
      Metadata?: unknown;
      readonly Resources: Readonly<
        Record<
          string,
          {
            readonly Type: string;
            readonly Properties: { readonly Environment?: { readonly Variables: Record<string, unknown> } };
          }
        >
      >;
    };
  };
  readonly functions: { readonly sweep: { readonly environment: Readonly<Record<string, unknown>> } };
}

export interface Serverless {
  readonly classes: { readonly Error: new (message: string) => Error };
  readonly processedInput: {
    readonly command: string;
    commands: readonly string[];
    readonly isHelpRequest: boolean;
  };
  readonly configurationInput: {
    readonly params: { readonly default: Record<string, unknown> };
    readonly resources: unknown[];
  };
  readonly pluginManager: {
    readonly spawn: (
      command: string,
      options: { readonly terminateLifecycleAfterExecution: boolean },
    ) => Promise<void>;
  };
  readonly service: Service;
  readonly getProvider: (name: 'aws') => Provider;
}

/** What is on the command line. */
export interface Options {
  readonly param?: readonly string[];
  readonly stage?: string;
  readonly region?: string;
  readonly settings?: string;
  readonly confirm?: string;
  readonly plan?: boolean;
  readonly 'delete-ledger'?: boolean;
}

export interface Log {
  readonly warning: (message: string) => void;
  readonly notice: (message: string) => void;
}
