import { useState } from 'react';
import type { NextStep, Method, Step } from '../api/signIn';
import { EnrolStep } from './EnrolStep';
import { NewPasswordStep } from './NewPasswordStep';
import { PasswordStep } from './PasswordStep';
import { SecondFactorStep } from './SecondFactorStep';
import './sign-in.css';

interface SignInFormProps {
  /** Fixed when somebody comes back to a page that timed out. */
  userName?: string;
  /** Where a sign-in that began elsewhere goes on. */
  start?: { next: NextStep; methods: Method[] };
  /** The page to go on with, for a provider that the browser leaves for. */
  to?: string;
  onDone: () => void;
}

/** Signing in, one step after the other, until the server says that nothing more is needed. */
export function SignInForm({ userName, start, to = '/', onDone }: SignInFormProps) {
  const [step, setStep] = useState<{ next: NextStep | 'password'; methods: Method[] }>(
    start ?? { next: 'password', methods: [] },
  );
  const [password, setPassword] = useState('');
  const go = ({ next, methods }: Step) => {
    if (next === null) onDone();
    else setStep({ next, methods });
  };
  const again = () => setStep({ next: 'password', methods: [] });

  if (step.next === 'second-factor') return <SecondFactorStep methods={step.methods} onStep={go} onBack={again} />;
  if (step.next === 'enrol') return <EnrolStep onStep={go} />;
  if (step.next === 'new-password') return <NewPasswordStep current={password} onStep={go} />;
  return <PasswordStep userName={userName} to={to} onPassword={setPassword} onStep={go} />;
}
