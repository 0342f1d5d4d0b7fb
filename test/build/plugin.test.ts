import { describe, expect, it } from 'vitest';
import BuildPlugin from '../../build/serverless-plugin.js';

const serverless = {
  classes: { Error },
  configurationInput: { params: { default: { mode: 'dry-run', email: '' } } },
  service: {
    custom: { checked: {} },
    provider: { environment: {} },
    functions: { sweep: { environment: {} } },
  },
};

describe('a deployment with a parameter that is misspelt', () => {
  it('is refused, with the parameters that there are', () => {
    const { hooks } = new BuildPlugin(serverless, { param: ['mode=enforce', 'emial=jane@example.com'] });

    expect(hooks['before:package:createDeploymentArtifacts']).toThrow(
      'there is no parameter `emial`: there are mode, email',
    );
  });
});
