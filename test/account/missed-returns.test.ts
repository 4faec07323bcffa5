import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MissedReturns } from "../../src/account/missed-returns.ts";

const newReturns = () => new MissedReturns(["udp.bind", "tcp.failure"]);

/** One telling: how many calls were noted, how many of them have returned. */
function tell(returns: MissedReturns, entered: number, left: number, type = "udp.bind"): void {
  returns.told(type, "entered", entered);
  returns.told(type, "left", left);
}

const missed = (returns: MissedReturns) => returns.fields["missed_returns.udp.bind"];

test("Each type that return probes see has its count, from the start", () => {
  assert.deepEqual(newReturns().fields, { "missed_returns.udp.bind": 0, "missed_returns.tcp.failure": 0 });
  assert.deepEqual(new MissedReturns([]).fields, {});
});

test("A call without a return is missed when it has none by the next telling either", () => {
  const returns = newReturns();
  tell(returns, 12, 9);
  assert.equal(missed(returns), 0); // the three may be under way
  tell(returns, 12, 9);
  assert.deepEqual(returns.fields, { "missed_returns.udp.bind": 3, "missed_returns.tcp.failure": 0 });
});

test("A call that was under way and came back is not missed", () => {
  const returns = newReturns();
  tell(returns, 5, 4);
  tell(returns, 5, 5);
  tell(returns, 9, 8);
  tell(returns, 20, 20);
  assert.equal(missed(returns), 0);
});

test("What is missed while many calls go on is told as well", () => {
  const returns = newReturns();
  tell(returns, 1000, 1000);
  tell(returns, 2000, 1990);
  tell(returns, 3000, 2980);
  assert.equal(missed(returns), 10);
});

test("A count never goes down, even where a telling was lost or torn", () => {
  const returns = newReturns();
  tell(returns, 10, 8);
  tell(returns, 10, 8);
  returns.told("udp.bind", "left", 30);
  assert.equal(missed(returns), 2);
});

test("What is told while the probes are being taken away does not count", () => {
  const returns = newReturns();
  tell(returns, 10, 8);
  tell(returns, 16, 13);
  returns.close();
  tell(returns, 500, 13);
  tell(returns, 500, 13);
  assert.equal(missed(returns), 2);
});

test("A telling is one when all types have been told", () => {
  const returns = newReturns();
  tell(returns, 1, 1);
  assert.equal(returns.tellings, 0);
  tell(returns, 1, 1, "tcp.failure");
  assert.equal(returns.tellings, 1);
});

test("Another program counts from 0 again, and what was missed before stays", () => {
  const returns = newReturns();
  tell(returns, 7, 5);
  tell(returns, 7, 5);
  returns.restart();
  assert.equal(missed(returns), 2);
  tell(returns, 3, 2);
  assert.equal(missed(returns), 2);
  tell(returns, 3, 2);
  assert.equal(missed(returns), 3);
});

test("What no return probe sees is nobody's", () => {
  const returns = newReturns();
  tell(returns, 9, 0, "tcp.accept");
  tell(returns, 9, 0, "tcp.accept");
  assert.deepEqual(returns.fields, newReturns().fields);
});

test("Whatever goes on, no more is told than there is and was under way, and all of it once it is quiet", () => {
  const step = fc.record({ returned: fc.nat(20), lost: fc.nat(3), underWay: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const returns = newReturns();
      let left = 0;
      let lost = 0;
      for (const { returned, lost: more, underWay } of steps) {
        left += returned;
        lost += more;
        tell(returns, left + lost + underWay, left);
        assert.ok((missed(returns) ?? Number.NaN) <= lost + 3);
      }
      tell(returns, left + lost, left);
      tell(returns, left + lost, left);
      assert.ok((missed(returns) ?? Number.NaN) >= lost);
    }),
  );
});
