import type { TestCommand } from './snippet.ts';

/** Tools that write a report, and with what words (web-ui §3.8). */
export const TEST_COMMANDS = {
  vitest: {
    label: 'Vitest',
    command: 'npm ci && npx vitest run --coverage --coverage.reporter=lcovonly',
    report: 'coverage/lcov.info',
  },
  jest: {
    label: 'Jest',
    command: 'npm ci && npx jest --coverage --coverageReporters=lcovonly',
    report: 'coverage/lcov.info',
  },
  pytest: {
    label: 'pytest',
    command: 'pip install pytest-cov . && pytest --cov --cov-branch --cov-report=xml',
    report: 'coverage.xml',
  },
  go: { label: 'Go', command: 'go test -coverprofile=cover.out ./...', report: 'cover.out' },
  maven: {
    label: 'JaCoCo, Maven',
    command: 'mvn --batch-mode verify jacoco:report',
    report: 'target/site/jacoco/jacoco.xml',
  },
  gradle: {
    label: 'JaCoCo, Gradle',
    command: './gradlew test jacocoTestReport',
    report: 'build/reports/jacoco/test/jacocoTestReport.xml',
  },
  gcov: {
    label: 'gcov (C, C++)',
    command: 'make check CFLAGS=--coverage && gcovr --cobertura coverage.xml',
    report: 'coverage.xml',
  },
  simplecov: { label: 'SimpleCov', command: 'bundle exec rspec', report: 'coverage/.resultset.json' },
  phpunit: {
    label: 'PHPUnit',
    command: 'composer install && XDEBUG_MODE=coverage vendor/bin/phpunit --coverage-clover clover.xml',
    report: 'clover.xml',
  },
  dotnet: {
    label: '.NET',
    command: 'dotnet tool run dotnet-coverage collect -f cobertura -o coverage.cobertura.xml dotnet test',
    report: 'coverage.cobertura.xml',
  },
  rust: { label: 'cargo-llvm-cov', command: 'cargo llvm-cov --lcov --output-path lcov.info', report: 'lcov.info' },
  swift: {
    label: 'Swift',
    command:
      'swift test --enable-code-coverage && llvm-cov export -format=lcov -instr-profile .build/debug/codecov/default.profdata .build/debug/*.xctest > lcov.info',
    report: 'lcov.info',
  },
} as const satisfies Readonly<Record<string, TestCommand & { readonly label: string }>>;

export type TestTool = keyof typeof TEST_COMMANDS;

/** Their names, in the order in which they are offered. */
export const TEST_TOOLS = Object.keys(TEST_COMMANDS) as readonly TestTool[];
