import { codecovLines, curlLines, thatchLines } from './commands.ts';
import { REPOSITORY_OF_ORIGIN } from './origin.ts';
import { groovyText, indent, type Ci, type SnippetFacts } from './snippet.ts';

/** Jenkins. */
export const JENKINS: Ci = {
  label: 'Jenkins',
  file: 'Jenkinsfile',
  secret: 'thatch-token',
  ways: {
    thatch: (facts) => pipeline(facts, thatchLines(facts)),
    curl: (facts) =>
      pipeline(
        facts,
        `${facts.repository === null ? `${REPOSITORY_OF_ORIGIN}\n` : ''}${curlLines(facts, {
          repository: '$repo',
          commit: '$GIT_COMMIT',
          branch: '${CHANGE_BRANCH:-${BRANCH_NAME:-$GIT_BRANCH}}',
        })}`,
      ),
    'codecov-cli': (facts) => pipeline(facts, codecovLines(facts)),
  },
};

function pipeline({ address, test }: SnippetFacts, lines: string): string {
  return `pipeline {
  agent any
  environment {
    THATCH_URL = ${groovyText(address)}
    THATCH_TOKEN = credentials('thatch-token')
  }
  stages {
    stage('Test') {
      steps { sh ${groovyText(test.command)} }
    }
    stage('Coverage') {
      steps {
        sh '''
          set -e
${indent(lines.replaceAll('\\', '\\\\'), 10)}
        '''
      }
    }
  }
}
`;
}
