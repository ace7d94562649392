// Checking a draw receipt, part 3 of 6: who may be sent where, the draw made again, change after change.
(function (my) {
  'use strict';
  // A change, or a place in a team, that the receipt as it stands does not allow. The message may be shown.
  class Impossible extends Error {}

  // --- Officers and groups ----------------------------------------------------------------------------

  // The candidates of a full rule of the right shape, with their counters. Counters are BigInts: a hostile file may
  // begin them at 2^53 - 1.
  class Staff {
    constructor(rule) {
      const team = rule.get('team');
      this.size = team.get('size');
      this.unit = team.get('unit');
      this.needs = rule.get('needs');
      this.barred = rule.get('barred');
      this.candidates = new Map();
      this.seats = new Map(); // officer → names of the candidates he or she is in
      const groups = new Map();
      for (const officer of rule.get('officers')) {
        if (this.unit === 'officer') this.add(officer.get('code'), [officer]);
        else for (const group of new Set(officer.get('groups'))) push(groups, group, officer);
      }
      for (const [group, members] of groups) if (members.length >= 2) this.add(group, members);
    }

    add(name, members) {
      const codes = new Set(members.map(function (one) { return one.get('code'); }));
      const tags = new Set([].concat.apply([], members.map(function (one) { return one.get('tags'); })));
      const load = members.reduce(function (most, one) { return Math.max(most, one.get('load')); }, 0);
      this.candidates.set(name, { name: name, members: Array.from(codes), tags: tags, load: BigInt(load) });
      for (const code of codes) push(this.seats, code, name);
    }

    // The tags of which the candidate at a place (from 1) must bear one, sorted; none means any.
    needed(code, place) {
      const places = this.needs.get(code) || [];
      return place <= places.length ? Array.from(new Set(places[place - 1])).sort(my.compare) : [];
    }

    // The names of the candidates barred from an object; one barred member bars a group.
    barredFrom(code) {
      const found = new Set();
      for (const officer of (this.barred.get(code) || new Map()).keys()) {
        for (const name of this.seats.get(officer) || []) found.add(name);
      }
      return found;
    }

    // The candidate for one place of the team of an object; its counter grows by one. `away` may not come, nor
    // anybody who shares a member with them.
    choose(tickets, code, salt, place, away, known) {
      const candidates = this.candidates, barred = this.barredFrom(code), needed = this.needed(code, place), taken = new Set();
      for (const name of away) for (const member of candidates.get(name).members) taken.add(member);
      const eligible = [];
      for (const one of candidates.values()) {
        if (barred.has(one.name) || one.members.some(function (member) { return taken.has(member); })) continue;
        if (bearsOneOf(one, needed)) eligible.push(one);
      }
      if (!eligible.length) throw new Impossible('“' + my.shown(code) + '”第' + place + '个位置已无人可派，须重新组织抽取');
      const least = eligible.reduce(function (low, one) { return one.load < low ? one.load : low; }, eligible[0].load);
      const ready = eligible.filter(function (one) { return one.load <= least + BigInt(1); });
      const chosen = tickets.smallest(code, salt, ready.map(function (one) { return one.name; }), known || new Map());
      candidates.get(chosen).load += BigInt(1);
      return chosen;
    }

    team(tickets, code, salt) {
      const team = [], known = new Map();
      for (let place = 1; place <= this.size; place++) team.push(this.choose(tickets, code, salt, place, team, known));
      return team;
    }

    // Every (object, place k) with fewer than k candidates who are not barred and bear a needed tag.
    unfillable(codes) {
      const staff = this, bearing = new Map(), found = [];
      const places = Math.min(this.size, this.candidates.size + 1); // a larger team fails there at the latest
      codes.forEach(function (code) {
        const barred = staff.barredFrom(code);
        for (let place = 1; place <= places; place++) {
          const needed = staff.needed(code, place), key = needed.join('|');
          if (!bearing.has(key)) bearing.set(key, staff.bearing(needed));
          let have = bearing.get(key).size;
          for (const name of barred) if (bearing.get(key).has(name)) have--;
          if (have < place) found.push({ code: code, place: place, needed: needed, have: have });
        }
      });
      return found;
    }

    bearing(needed) {
      const all = Array.from(this.candidates.values());
      return new Set(all.filter(function (one) { return bearsOneOf(one, needed); }).map(function (one) { return one.name; }));
    }

    // Why candidates may not come to an object: [name, reason], by name.
    bars(code, needed) {
      const staff = this, officers = this.barred.get(code) || new Map(), found = [];
      my.sortedKeys(this.candidates).forEach(function (name) {
        const one = staff.candidates.get(name);
        const own = one.members.filter(function (member) { return officers.has(member); }).sort(my.compare);
        if (own.length) found.push([name, (staff.unit === 'officer' ? '' : own.join('、') + ' ') + officers.get(own[0])]);
        else if (!bearsOneOf(one, needed)) found.push([name, '无所需专长']);
      });
      return found;
    }
  }

  function push(map, key, value) {
    if (map.has(key)) map.get(key).push(value);
    else map.set(key, [value]);
  }

  function bearsOneOf(one, needed) {
    return !needed.length || needed.some(function (tag) { return one.tags.has(tag); });
  }

  // --- The draw and its changes -----------------------------------------------------------------------

  // The draw as it stands: objects at once, teams when asked, then change after change. Rows are {code, stratum, salt}.
  class Replay {
    constructor(seed, rows, strata) {
      const tickets = this.tickets = new my.Tickets(seed);
      this.rows = rows;
      this.ids = rows.map(function (row) { return my.objectId(row.code, row.salt); });
      this.order = tickets.order(this.ids);
      this.next = 0;
      this.reserves = new Map();
      this.staff = null;
      this.drawn = [];
      this.teams = new Map();
      this.left = new Map(); // object → who has left its team
      this.take(strata);
      this.active = new Map();
      for (const one of this.drawn) this.active.set(one.code, one);
    }

    take(strata) {
      const present = new Map(), wanted = new Map();
      for (const row of this.rows) present.set(row.stratum, (present.get(row.stratum) || 0) + 1);
      let missing = 0;
      for (const [name, one] of strata) {
        wanted.set(name, Math.min(one.get('take'), present.get(name) || 0));
        missing += wanted.get(name);
      }
      while (missing > 0) {
        const row = this.pull();
        if (row === null) return;
        if (wanted.get(row.stratum) > 0) {
          wanted.set(row.stratum, wanted.get(row.stratum) - 1);
          missing--;
          this.drawn.push(this.withTicket(row));
        } else {
          push(this.reserves, row.stratum, row);
        }
      }
    }

    pull() {
      return this.next < this.order.length ? this.rows[this.order[this.next++]] : null;
    }

    withTicket(row) {
      return { code: row.code, stratum: row.stratum, salt: row.salt, ticket: this.tickets.of(my.objectId(row.code, row.salt)) };
    }

    nextReserve(stratum) {
      while (!(this.reserves.get(stratum) || []).length) {
        const row = this.pull();
        if (row === null) throw new Impossible('“' + my.shown(stratum) + '”已无递补对象，须重新组织抽取');
        push(this.reserves, row.stratum, row);
      }
      return this.withTicket(this.reserves.get(stratum).shift());
    }

    chooseTeams(rule) {
      this.staff = new Staff(rule);
      for (const one of this.drawn) this.teams.set(one.code, this.staff.team(this.tickets, one.code, one.salt));
    }

    // 递补: the first unused reserve of the stratum takes over and, with teams chosen, gets its own.
    replace(code) {
      const out = this.active.get(code);
      if (!out) throw new Impossible('“' + my.shown(code) + '”不在应检查的对象之中');
      const into = this.nextReserve(out.stratum);
      if (this.staff) {
        const team = this.staff.team(this.tickets, into.code, into.salt);
        this.teams.delete(code);
        this.teams.set(into.code, team);
      }
      this.active.delete(code);
      this.active.set(into.code, into);
      return into;
    }

    // Somebody takes the place of `out` in the team of an object; returns who.
    substitute(code, out) {
      const row = this.active.get(code), team = this.teams.get(code);
      if (!row || !team || !this.staff) throw new Impossible('“' + my.shown(code) + '”不在应检查的对象之中');
      const at = team.indexOf(out);
      if (at < 0) throw new Impossible('“' + my.shown(out) + '”不在“' + my.shown(code) + '”的检查组中');
      const left = (this.left.get(code) || []).concat([out]);
      const rest = team.filter(function (name) { return name !== out; });
      const into = this.staff.choose(this.tickets, code, row.salt, at + 1, rest.concat(left));
      this.left.set(code, left);
      team[at] = into;
      return into;
    }
  }

  Object.assign(my, { Impossible, Staff, Replay });
})(sjjVerify);
