%% The Erlang side of the benchmark: gen_server behind everything, as Erlang's programs are.
%% main/1 does one turn at one row and prints what it took in the form that sample.rs reads.
-module(actors_bench).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2, start_fragile/1]).

-define(BURST, 1000).

%% One turn, after a warm-up; the process ends with it.
main([Row, Digits]) ->
    logger:set_primary_config(level, none),
    timer:apply_after(120000, erlang, halt, [3]),
    Count = list_to_integer(Digits),
    {Wall, Processor, Waited, Sum, Bytes} = turn(Row, Count),
    io:format("sample ~w ~w ~w ~w ~w~n", [Wall, Processor, Waited, Sum, Bytes]),
    halt(0).

turn("send", Count) -> timed(fun send/2, consumer(1), Count);
turn("send-8", Count) -> timed(fun send/2, consumer(8), Count);
turn("ring", Count) -> timed(fun token/2, ring(), Count);
turn("ask", Count) -> timed(fun ask/2, oracle(1), Count);
turn("ask-64", Count) -> timed(fun ask/2, oracle(64), Count);
turn("spawn", Count) -> idle(Count);
turn("restart", Count) -> restart(Count).

timed(Pass, On, Count) ->
    Pass(On, Count div 10),
    Watch = watch(),
    Sum = Pass(On, Count),
    {Wall, Processor, Waited} = stop(Watch, Count),
    {Wall, Processor, Waited, Sum, -1}.

watch() ->
    {Processor, Waited} = threads(),
    {erlang:monotonic_time(nanosecond), Processor, Waited}.

%% What each of so many operations has taken; waiting is all threads' together.
stop({Start, Processor, Waited}, Count) ->
    Wall = erlang:monotonic_time(nanosecond) - Start,
    {ProcessorNow, WaitedNow} = threads(),
    {Wall / Count, (ProcessorNow - Processor) / Count, (WaitedNow - Waited) / Wall}.

start(Kind) ->
    {ok, Actor} = gen_server:start(?MODULE, Kind, []),
    Actor.

consumer(Producers) -> {Producers, start({consumer, self(), 0, 0})}.

send({Producers, Consumer}, Count) ->
    Share = Count div Producers,
    gen_server:cast(Consumer, {expect, Share * Producers}),
    [spawn_link(fun() -> produce(Consumer, 1, Share) end) || _ <- lists:seq(1, Producers)],
    receive {done, Sum} -> Sum end.

%% After each burst it waits until the consumer is through: the queue would grow without end, and
%% the consumer slow down with it.
produce(_, Value, Count) when Value > Count -> ok;
produce(Consumer, Value, Count) ->
    gen_server:cast(Consumer, {add, Value}),
    case Value rem ?BURST of
        0 -> gen_server:call(Consumer, through, infinity);
        _ -> ok
    end,
    produce(Consumer, Value + 1, Count).

ring() ->
    Members = [start({member, self(), none}) || _ <- lists:seq(1, 1000)],
    [First | Others] = Members,
    [gen_server:cast(Member, {join, Next})
        || {Member, Next} <- lists:zip(Members, Others ++ [First])],
    First.

token(First, Count) ->
    gen_server:cast(First, {token, Count, 0}),
    receive {done, Sum} -> Sum end.

oracle(Askers) -> {Askers, start(oracle)}.

ask({Askers, Oracle}, Count) ->
    Own = self(),
    [spawn_link(fun() -> Own ! {asked, ask(Oracle, 1, Count div Askers, 0)} end)
        || _ <- lists:seq(1, Askers)],
    lists:sum([receive {asked, Sum} -> Sum end || _ <- lists:seq(1, Askers)]).

ask(_, Value, Count, Sum) when Value > Count -> Sum;
ask(Oracle, Value, Count, Sum) ->
    ask(Oracle, Value + 1, Count, Sum + gen_server:call(Oracle, {ask, Value}, infinity)).

idle(Count) ->
    Resident = resident(),
    Watch = watch(),
    Own = self(),
    %% By another process: starting waits for an answer, and would look for it among all the others.
    Nursery = spawn_link(fun() -> raise(Own, Count) end),
    Sum = lists:sum([receive {touched, Value} -> Value end || _ <- lists:seq(1, Count)]),
    {Wall, Processor, Waited} = stop(Watch, Count),
    Bytes = (resident() - Resident) / Count,
    Nursery ! over,
    {Wall, Processor, Waited, Sum, Bytes}.

%% Keeps what it has started.
raise(Own, Count) ->
    Actors = [touched(Own, Value) || Value <- lists:seq(1, Count)],
    receive over -> Actors end.

touched(Own, Value) ->
    Actor = start({idle, Own}),
    gen_server:cast(Actor, {touch, Value}),
    Actor.

%% A supervisor restarts its only child; the new one says that it is there and is asked at once.
restart(Count) ->
    Own = self(),
    Flags = #{strategy => one_for_one, intensity => 1000000000, period => 1},
    Child = #{id => fragile, start => {?MODULE, start_fragile, [Own]}},
    {ok, _} = supervisor:start_link(?MODULE, {supervisor, Flags, [Child]}),
    First = receive {up, Pid} -> Pid end,
    {Warm, _} = laps(First, Count div 10 + 1, [], 0),
    Watch = watch(),
    {_, {Laps, Sum}} = laps(Warm, Count, [], 0),
    {_, _, Waited} = stop(Watch, Count),
    Median = float(lists:nth(Count div 2 + 1, lists:sort(Laps))),
    {Median, Median, Waited, Sum, -1}.

laps(Fragile, 0, Laps, Sum) -> {Fragile, {Laps, Sum}};
laps(Fragile, Left, Laps, Sum) ->
    Start = erlang:monotonic_time(nanosecond),
    gen_server:cast(Fragile, panic),
    Next = receive {up, Pid} -> Pid end,
    Handled = gen_server:call(Next, count, infinity),
    Lap = erlang:monotonic_time(nanosecond) - Start,
    laps(Next, Left - 1, [Lap | Laps], Sum + Handled).

start_fragile(Own) -> gen_server:start_link(?MODULE, {fragile, Own}, []).

init({supervisor, Flags, Children}) -> {ok, {Flags, Children}};
init({fragile, Own}) ->
    Own ! {up, self()},
    {ok, {fragile, 0}};
init(State) -> {ok, State}.

handle_call(through, _, State) -> {reply, ok, State};
handle_call({ask, Value}, _, oracle) -> {reply, Value + 1, oracle};
handle_call(count, _, {fragile, Handled}) -> {reply, Handled + 1, {fragile, Handled + 1}}.

handle_cast({add, Value}, {consumer, Own, 1, Sum}) ->
    Own ! {done, Sum + Value},
    {noreply, {consumer, Own, 0, 0}};
handle_cast({add, Value}, {consumer, Own, Left, Sum}) ->
    {noreply, {consumer, Own, Left - 1, Sum + Value}};
handle_cast({expect, Count}, {consumer, Own, _, _}) -> {noreply, {consumer, Own, Count, 0}};
handle_cast({join, Next}, {member, Own, _}) -> {noreply, {member, Own, Next}};
handle_cast({token, 0, Sum}, {member, Own, _} = State) ->
    Own ! {done, Sum},
    {noreply, State};
handle_cast({token, Left, Sum}, {member, _, Next} = State) ->
    gen_server:cast(Next, {token, Left - 1, Sum + Left}),
    {noreply, State};
handle_cast({touch, Value}, {idle, Own} = State) ->
    Own ! {touched, Value},
    {noreply, State};
handle_cast(panic, {fragile, _}) -> error(as_ordered).

%% Nanoseconds that the process's threads have had of all processors, and have waited for one; 0
%% where Linux does not say.
threads() ->
    Lines = [file:read_file(File) || File <- filelib:wildcard("/proc/self/task/*/schedstat")],
    Pairs = [binary:split(Line, <<" ">>, [global]) || {ok, Line} <- Lines],
    {lists:sum([binary_to_integer(Had) || [Had | _] <- Pairs]),
        lists:sum([binary_to_integer(Waited) || [_, Waited | _] <- Pairs])}.

%% Bytes of resident memory; 0 where Linux does not say.
resident() ->
    case file:read_file("/proc/self/status") of
        {ok, Status} ->
            case re:run(Status, "VmRSS:\\s*(\\d+)", [{capture, all_but_first, list}]) of
                {match, [Kibibytes]} -> list_to_integer(Kibibytes) * 1024;
                nomatch -> 0
            end;
        _ -> 0
    end.
