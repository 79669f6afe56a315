//! The annotated module to its children, with every mistake reported.
//!
//! Must not know of: what becomes of it. Bodies of functions are handed on as they are.

use super::{Child, Kind, Saved, Supervisor, options};
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Item, ItemFn, ItemMod, Meta, ReturnType, Type};

/// Names that a supervisor's module has of its own.
const OWN: [&str; 2] = ["start", "supervisor"];

/// Reads a supervisor; `None` (reported) when it is no module with a body.
pub fn supervisor(
    diagnostics: &mut Diagnostics,
    arguments: TokenStream,
    item: TokenStream,
) -> Option<Supervisor> {
    let module: ItemMod = match syn::parse2(item) {
        Ok(module) => module,
        Err(error) => {
            diagnostics.supervisor_is_no_module(error.span());
            return None;
        }
    };
    self::module(diagnostics, arguments, module, None)
}

fn module(
    diagnostics: &mut Diagnostics,
    arguments: TokenStream,
    mut module: ItemMod,
    outer_data: Option<&Ident>,
) -> Option<Supervisor> {
    let settings = options::settings(diagnostics, arguments);
    let Some((brace, items)) = module.content.take() else {
        diagnostics.supervisor_without_body(&module.ident);
        return None;
    };
    let mut items = items;
    let data = take_data(diagnostics, &mut items).or_else(|| outer_data.cloned());
    let mut supervisor = Supervisor {
        settings,
        data,
        children: Vec::new(),
        module,
    };
    let mut rest = Vec::new();
    for item in items {
        if let Some(item) = self::item(diagnostics, &mut supervisor, item) {
            rest.push(item);
        }
    }
    find_savers(diagnostics, &mut supervisor, &rest);
    check_neighbours(diagnostics, &supervisor, &rest);
    supervisor.module.content = Some((brace, rest));
    Some(supervisor)
}

/// Finds the functions that say where snapshots are kept.
fn find_savers(diagnostics: &mut Diagnostics, supervisor: &mut Supervisor, items: &[Item]) {
    let functions = items.iter().filter_map(|item| match item {
        Item::Fn(function) if returns_saved(function) => Some(function),
        _ => None,
    });
    let functions: Vec<&ItemFn> = functions.collect();
    let mut children = std::mem::take(&mut supervisor.children);
    for child in &mut children {
        let Some((
            Saved::By {
                function,
                takes_data,
            },
            _,
        )) = &mut child.saved
        else {
            continue;
        };
        let found = functions.iter().find(|item| item.sig.ident == *function);
        match found {
            Some(found) => {
                *takes_data = parameters(diagnostics, supervisor, found).unwrap_or_default();
            }
            None => {
                let names = functions.iter().map(|item| item.sig.ident.to_string());
                diagnostics.unknown_saver(function, &names.collect::<Vec<_>>());
            }
        }
    }
    supervisor.children = children;
}

/// Whoever is to live in another one's loop comes after that one.
fn check_neighbours(diagnostics: &mut Diagnostics, supervisor: &Supervisor, items: &[Item]) {
    // A child with mistakes of its own is missing among the children; they are reported.
    let is_function = |name: &Ident| {
        let mut items = items.iter();
        items.any(|item| matches!(item, Item::Fn(function) if function.sig.ident == *name))
    };
    for (at, child) in supervisor.children.iter().enumerate() {
        let Some(neighbour) = &child.beside else {
            continue;
        };
        let names = |children: &[Child]| -> Vec<String> {
            let here = children.iter().filter(|other| other.kind.has_neighbours());
            here.map(|other| other.ident.to_string()).collect()
        };
        let (before, after) = supervisor.children.split_at(at);
        let before = names(before);
        if before.iter().any(|other| neighbour == other) {
            continue;
        }
        let after = names(&after[1..]);
        if after.iter().any(|other| neighbour == other) {
            diagnostics.neighbour_comes_later(neighbour, &child.ident);
        } else if *neighbour == child.ident || !(diagnostics.has_errors() && is_function(neighbour))
        {
            diagnostics.unknown_neighbour(neighbour, &before);
        }
    }
}

fn returns_saved(function: &ItemFn) -> bool {
    match &function.sig.output {
        ReturnType::Type(_, returned) => match &**returned {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Saved"),
            _ => false,
        },
        ReturnType::Default => false,
    }
}

/// The struct that is marked with `#[data]`.
fn take_data(diagnostics: &mut Diagnostics, items: &mut [Item]) -> Option<Ident> {
    let mut found: Option<(Ident, Span)> = None;
    for item in items {
        if let Item::Struct(data) = item
            && let Some((_, _, span)) = take(&mut data.attrs, &["data"])
        {
            match &found {
                Some((_, first)) => diagnostics.second_of_its_kind("data", span, *first),
                None => found = Some((data.ident.clone(), span)),
            }
        }
    }
    found.map(|(ident, _)| ident)
}

/// Notes a child; what is to be emitted besides.
fn item(
    diagnostics: &mut Diagnostics,
    supervisor: &mut Supervisor,
    mut item: Item,
) -> Option<Item> {
    match &mut item {
        Item::Fn(function) => {
            if let Some(child) = function_child(diagnostics, supervisor, function) {
                add(diagnostics, supervisor, child);
            }
            Some(item)
        }
        Item::Mod(inner) => {
            let Some((_, arguments, _)) = take(&mut inner.attrs, &["supervisor"]) else {
                return Some(item);
            };
            let data = supervisor.data.clone();
            let Item::Mod(inner) = item else { return None };
            let inner = module(diagnostics, arguments, inner, data.as_ref())?;
            let child = Child {
                ident: inner.module.ident.clone(),
                takes_data: inner.data.is_some(),
                kind: Kind::Supervisor(Box::new(inner)),
                restart: None,
                grace: None,
                back_off: None,
                mailbox: None,
                silence: None,
                beside: None,
                saved: None,
            };
            add(diagnostics, supervisor, child);
            None
        }
        _ => Some(item),
    }
}

fn add(diagnostics: &mut Diagnostics, supervisor: &mut Supervisor, child: Child) {
    let name = child.ident.to_string();
    if OWN.contains(&name.as_str()) {
        return diagnostics.taken_child_name(&child.ident);
    }
    let same = |other: &&Child| other.ident == child.ident;
    match supervisor.children.iter().find(same) {
        Some(first) => diagnostics.second_child(&child.ident, first.ident.span()),
        None => supervisor.children.push(child),
    }
}

fn function_child(
    diagnostics: &mut Diagnostics,
    supervisor: &Supervisor,
    function: &mut ItemFn,
) -> Option<Child> {
    let (name, arguments, span) = take(&mut function.attrs, &["child", "task"])?;
    let options = options::child(diagnostics, name, arguments);
    let signature = &function.sig;
    let ident = &signature.ident;
    let takes_data = parameters(diagnostics, supervisor, function)?;
    let is_async = signature.asyncness.is_some();
    let kind = match name {
        "task" if !is_async => {
            diagnostics.task_is_not_async(ident, span);
            return None;
        }
        "task" => Kind::Task,
        _ if is_async => {
            diagnostics.child_is_async(ident, span);
            return None;
        }
        _ => {
            let ReturnType::Type(_, returned) = &signature.output else {
                diagnostics.child_returns_nothing(ident);
                return None;
            };
            let failing = first_of("Result", returned);
            let made = failing.unwrap_or(returned);
            let program = first_of("Program", made);
            if let (Some(_), Some((_, span))) = (program, options.silence) {
                diagnostics.silent_program(ident, span);
            }
            if let (Some(_), Some(neighbour)) = (program, &options.beside) {
                diagnostics.placed_program(ident, neighbour.span());
            }
            Kind::Machine {
                can_fail: failing.is_some(),
                is_program: program.is_some(),
                machine: Box::new(program.unwrap_or(made).clone()),
            }
        }
    };
    Some(Child {
        ident: ident.clone(),
        kind,
        restart: options.restart,
        grace: options.grace,
        back_off: options.back_off,
        mailbox: options.mailbox,
        silence: options.silence.map(|(limit, _)| limit),
        beside: options.beside,
        saved: options.saved,
        takes_data,
    })
}

/// Whether the function borrows the data; `None` (reported) when it wants anything else.
fn parameters(
    diagnostics: &mut Diagnostics,
    supervisor: &Supervisor,
    function: &ItemFn,
) -> Option<bool> {
    let inputs: Vec<&FnArg> = function.sig.inputs.iter().collect();
    let data = supervisor.data.as_ref();
    match inputs[..] {
        [] => Some(false),
        [FnArg::Typed(typed)] if data.is_some_and(|data| borrows(&typed.ty, data)) => Some(true),
        [first, ..] => {
            diagnostics.child_parameters(first.span(), data);
            None
        }
    }
}

fn borrows(ty: &Type, data: &Ident) -> bool {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => {
            matches!(&*reference.elem, Type::Path(path) if path.path.is_ident(data))
        }
        _ => false,
    }
}

/// The first argument of a type of that name: what a `Result` holds when all is well, the machine
/// of a `Program`.
fn first_of<'ty>(name: &str, ty: &'ty Type) -> Option<&'ty Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(first) if last.ident == name => Some(first),
        _ => None,
    }
}

/// Takes the first attribute of one of those names off: its name, arguments and place.
fn take(
    attributes: &mut Vec<Attribute>,
    names: &[&'static str],
) -> Option<(&'static str, TokenStream, Span)> {
    let found = attributes.iter().enumerate().find_map(|(at, attribute)| {
        let name = names
            .iter()
            .find(|name| attribute.path().is_ident(**name))?;
        Some((at, *name))
    });
    let (at, name) = found?;
    let attribute = attributes.remove(at);
    let span = attribute.path().span();
    let arguments = match attribute.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    Some((name, arguments, span))
}
