//! What is measured: three charts, the events that each is fed, and the checksum that shows
//! that all contenders did the same things in the same order.
//!
//! Must not know of: any contender, and how time is taken.

/// Notes that a function with this tag ran. The result depends on the order of the notes, and a
/// sequence of them cannot be folded into one operation.
#[inline(always)]
pub fn mark(checksum: &mut u64, tag: u64) {
    *checksum = checksum.rotate_left(5).wrapping_add(tag);
}

/// A chart with the events that are sent to it.
pub trait Workload {
    /// The title of the workload's table.
    const TITLE: &'static str;
    /// What is sent, in no contender's own type.
    type Event: Copy;
    /// The events of a pass, the same ones each time for the same seed.
    fn events(seed: u64) -> Vec<Self::Event>;
}

/// How many events a pass has.
const EVENTS: usize = 1_000;

/// Two states without entry or exit, one event.
pub struct Toggle;

/// The only event of the toggle.
#[derive(Clone, Copy)]
pub enum Flip {
    /// On if off, off if on.
    Flip,
}

impl Toggle {
    /// The tag of the action that switches on.
    pub const ON: u64 = 1;
    /// The tag of the action that switches off.
    pub const OFF: u64 = 2;
}

impl Workload for Toggle {
    const TITLE: &'static str = "flat toggle";
    type Event = Flip;

    fn events(_: u64) -> Vec<Flip> {
        vec![Flip::Flip; EVENTS]
    }
}

/// Two tops of two middles of two leaves, all fourteen with entry and exit. Each event is handled
/// on another level, and each leads to another state:
/// near: from a leaf to its sibling; middle: from a middle to its sibling's first leaf; far: from
/// a top to the first leaf of the other top's first middle.
pub struct Levels;

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the sibling leaf: one exit, one entry.
    Near,
    /// To the sibling middle: two exits, two entries.
    Middle,
    /// To the other top: three exits, three entries.
    Far,
}

/// The states of [`Levels`] by number, in document order.
pub mod level {
    /// The first top and what is in it.
    pub const NORTH: u64 = 1;
    pub const NORTH_EAST: u64 = 2;
    pub const NORTH_EAST_UP: u64 = 3;
    pub const NORTH_EAST_DOWN: u64 = 4;
    pub const NORTH_WEST: u64 = 5;
    pub const NORTH_WEST_UP: u64 = 6;
    pub const NORTH_WEST_DOWN: u64 = 7;
    /// The second top and what is in it.
    pub const SOUTH: u64 = 8;
    pub const SOUTH_EAST: u64 = 9;
    pub const SOUTH_EAST_UP: u64 = 10;
    pub const SOUTH_EAST_DOWN: u64 = 11;
    pub const SOUTH_WEST: u64 = 12;
    pub const SOUTH_WEST_UP: u64 = 13;
    pub const SOUTH_WEST_DOWN: u64 = 14;

    /// Notes that a state is entered.
    #[inline(always)]
    pub fn enter(checksum: &mut u64, state: u64) {
        super::mark(checksum, 2 * state);
    }

    /// The checksum of a machine that has just started, for the contenders whose start runs nothing.
    pub fn started() -> u64 {
        let mut checksum = 0;
        for state in [NORTH, NORTH_EAST, NORTH_EAST_UP] {
            enter(&mut checksum, state);
        }
        checksum
    }

    /// Notes that a state is left.
    #[inline(always)]
    pub fn exit(checksum: &mut u64, state: u64) {
        super::mark(checksum, 2 * state + 1);
    }
}

impl Workload for Levels {
    const TITLE: &'static str = "three levels with entry and exit, every event transits";
    type Event = Move;

    fn events(seed: u64) -> Vec<Move> {
        let mut random = Random(seed);
        let moves = [Move::Near, Move::Middle, Move::Far];
        (0..EVENTS)
            .map(|_| moves[random.below(3) as usize])
            .collect()
    }
}

/// A player: `off`, or `on` which is `idle` or `active`, which is `playing` or `paused`; entry
/// and exit on all but `off`. Some events move it, some are handled without moving, one has a
/// guard, some fall to an outer state, some are ignored.
pub struct Mixed;

/// The keys of the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Off and on; `off` and `on` handle it.
    Power,
    /// `idle` and `paused` start to play.
    Play,
    /// `playing` pauses.
    Pause,
    /// `active` becomes idle.
    Stop,
    /// `active` goes to a place in the track.
    Seek {
        /// The new position.
        to: u32,
    },
    /// `on` changes the volume.
    Volume {
        /// What is added, wrapping.
        step: u32,
    },
    /// `playing` moves on, and becomes idle at the end of the track.
    Tick,
    /// Any state notes it.
    Ping,
}

/// The tags of [`Mixed`] and its one number.
pub mod player {
    /// The position at which a track has ended.
    pub const LENGTH: u32 = 20;
    pub const PING: u64 = 1;
    pub const ENTER_ON: u64 = 20;
    pub const EXIT_ON: u64 = 21;
    pub const ENTER_IDLE: u64 = 22;
    pub const EXIT_IDLE: u64 = 23;
    pub const ENTER_ACTIVE: u64 = 24;
    pub const EXIT_ACTIVE: u64 = 25;
    pub const ENTER_PLAYING: u64 = 26;
    pub const EXIT_PLAYING: u64 = 27;
    pub const ENTER_PAUSED: u64 = 28;
    pub const EXIT_PAUSED: u64 = 29;
}

/// What the player remembers; the same struct in every contender.
#[derive(Clone, Debug, Default)]
pub struct Player {
    /// All that ran.
    pub checksum: u64,
    /// Where in the track.
    pub position: u32,
    /// How loud.
    pub volume: u32,
}

impl Player {
    /// Notes that a function with this tag ran.
    #[inline(always)]
    pub fn mark(&mut self, tag: u64) {
        mark(&mut self.checksum, tag);
    }

    /// Moves on by one.
    #[inline(always)]
    pub fn tick(&mut self) {
        self.position += 1;
        mark(&mut self.checksum, u64::from(self.position));
    }

    /// Goes to this place.
    #[inline(always)]
    pub fn seek(&mut self, to: u32) {
        self.position = to;
        mark(&mut self.checksum, u64::from(to));
    }

    /// Changes the volume.
    #[inline(always)]
    pub fn louder(&mut self, step: u32) {
        self.volume = self.volume.wrapping_add(step);
        mark(&mut self.checksum, u64::from(self.volume));
    }
}

impl Workload for Mixed {
    const TITLE: &'static str = "1,000 mixed events";
    type Event = Key;

    fn events(seed: u64) -> Vec<Key> {
        let mut random = Random(seed);
        let mut key = || match random.below(20) {
            0 => Key::Power,
            1..=4 => Key::Play,
            5 => Key::Pause,
            6 => Key::Stop,
            7 | 8 => Key::Seek {
                to: random.below(player::LENGTH),
            },
            9..=11 => Key::Volume {
                step: random.below(10),
            },
            12..=17 => Key::Tick,
            _ => Key::Ping,
        };
        (0..EVENTS).map(|_| key()).collect()
    }
}

/// Numbers that look random and are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % bound
    }
}
