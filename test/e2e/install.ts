// Installs the Python programs of the emulators and of the reviewers, and the AWS CLI; fails where they cannot be had.
import { pythonCommands } from './python.ts';

pythonCommands('emulators');
pythonCommands('tools');
pythonCommands('aws');
