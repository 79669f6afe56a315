//! A declared supervisor as code: its builder, and a handle with an address for each child.
//!
//! Must not know of: mistakes; what is broken was left out.

use super::{Child, Grace, Kind, Saved, Supervisor};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::time::Duration;
use syn::spanned::Spanned;

/// The module. Of a broken one only what the user wrote, so that one mistake stays one.
pub fn supervisor(supervisor: &Supervisor, is_broken: bool) -> TokenStream {
    module(supervisor, is_broken, true)
}

fn module(supervisor: &Supervisor, is_broken: bool, is_outermost: bool) -> TokenStream {
    let syn::ItemMod {
        attrs,
        vis,
        ident,
        content,
        ..
    } = &supervisor.module;
    let items = content.iter().flat_map(|(_, items)| items);
    let inner = supervisor
        .children
        .iter()
        .filter_map(|child| match &child.kind {
            Kind::Supervisor(inner) => Some(module(inner, is_broken, false)),
            _ => None,
        });
    let quiet = is_broken.then(|| quote!(#[allow(dead_code)]));
    let own = (!is_broken).then(|| {
        let builder = builder(supervisor);
        let handle = handle(supervisor, is_outermost);
        quote!(#builder #handle)
    });
    quote! {
        #(#attrs)*
        #quiet
        #vis mod #ident {
            #[allow(unused_imports)]
            use super::*;
            #(#items)*
            #(#inner)*
            #own
        }
    }
}

fn builder(supervisor: &Supervisor) -> TokenStream {
    let name = supervisor.module.ident.to_string();
    let settings = &supervisor.settings;
    let strategy = settings.strategy.map(|strategy| {
        let strategy = Ident::new(strategy, Span::call_site());
        quote!(.strategy(::wink::Strategy::#strategy))
    });
    let intensity = settings.intensity.map(|(restarts, period)| {
        let period = duration(period);
        quote!(.intensity(#restarts, #period))
    });
    let back_off = settings.back_off.map(back_off);
    let children = supervisor.children.iter().map(child);
    let data = supervisor.data.as_ref();
    let parameter = data.map(|data| quote!(data: ::std::sync::Arc<#data>));
    let built = quote! {
        ::wink::Supervisor::builder(#name)
            #strategy
            #intensity
            #back_off
            #(#children)*
    };
    // Without the feature that it needs all of it gives way to one error.
    let is_saved = |child: &Child| Some(child.saved.as_ref()?.1);
    let built = match supervisor.children.iter().find_map(is_saved) {
        Some(span) => {
            // As an argument it is an expression; alone in a body it would be a statement.
            quote_spanned!(span=> ::core::convert::identity(::wink::needs_saved! { #built }))
        }
        None => built,
    };
    quote! {
        /// This supervisor, to be started or to be another one's child.
        pub fn supervisor(#parameter) -> ::wink::SupervisorBuilder {
            #built
        }
    }
}

fn back_off((first, most): (Duration, Duration)) -> TokenStream {
    let (first, most) = (duration(first), duration(most));
    quote!(.back_off(::wink::BackOff::new(#first, #most)))
}

/// What its supervisor is told of a child.
fn spec(child: &Child) -> TokenStream {
    let name = child.ident.to_string();
    let restart = child.restart.map(|restart| {
        let restart = Ident::new(restart, Span::call_site());
        quote!(.restart(::wink::Restart::#restart))
    });
    let grace = child.grace.map(|grace| {
        let grace = match grace {
            Grace::Kill => quote!(Kill),
            Grace::Forever => quote!(Forever),
            Grace::Within(time) => {
                let time = duration(time);
                quote!(Within(#time))
            }
        };
        quote!(.grace(::wink::Grace::#grace))
    });
    let back_off = child.back_off.map(back_off);
    let mailbox = child.mailbox.map(|messages| quote!(.mailbox(#messages)));
    let silence = child.silence.map(|limit| {
        let limit = duration(limit);
        quote!(.silence(#limit))
    });
    let beside = child.beside.as_ref().map(|neighbour| {
        let neighbour = neighbour.to_string();
        quote!(.beside(#neighbour))
    });
    quote! {
        ::wink::ChildSpec::new(#name) #restart #grace #back_off #mailbox #silence #beside
    }
}

fn child(child: &Child) -> TokenStream {
    let ident = &child.ident;
    let spec = spec(child);
    let cloned = child.takes_data.then(|| quote!(let data = data.clone();));
    // Braces only where they are needed: rustc would complain of them at the user's code.
    let owning = |make: TokenStream| match &cloned {
        Some(cloned) => quote!({ #cloned #make }),
        None => make,
    };
    let borrowed = child.takes_data.then(|| quote!(&data));
    match &child.kind {
        Kind::Machine {
            machine,
            can_fail,
            is_program,
        } => {
            let method = match (can_fail, is_program, &child.saved) {
                (true, true, _) => "try_program",
                (false, true, _) => "program",
                (true, false, None) => "try_child",
                (false, false, None) => "child",
                (true, false, Some(_)) => "try_saved_child",
                (false, false, Some(_)) => "saved_child",
            };
            let method = Ident::new(method, machine.span());
            let saved = child.saved.as_ref().map(|(saved, _)| self::saved(saved));
            let made = quote!(#ident(#borrowed));
            let made = match can_fail {
                true => quote!(#made.map_err(::core::convert::Into::into)),
                false => made,
            };
            let make = owning(quote!(move || #made));
            quote_spanned!(machine.span()=> .#method::<#machine>(#spec, #saved #make))
        }
        Kind::Task => {
            let future = owning(quote!(async move { #ident(#borrowed).await }));
            let make = owning(quote!(move || #future));
            quote!(.task(#spec, #make))
        }
        Kind::Supervisor(_) => {
            let data = child.takes_data.then(|| quote!(data.clone()));
            quote!(.supervisor(#ident::supervisor(#data)))
        }
    }
}

/// Where snapshots are, as an argument.
fn saved(saved: &Saved) -> TokenStream {
    match saved {
        Saved::InMemory => quote!(::wink::Saved::in_memory(),),
        Saved::InFile(path) => quote!(::wink::Saved::in_file(#path),),
        Saved::By {
            function,
            takes_data,
        } => {
            let data = takes_data.then(|| quote!(&data));
            quote!(#function(#data),)
        }
    }
}

fn handle(supervisor: &Supervisor, is_outermost: bool) -> TokenStream {
    let name = supervisor.module.ident.to_string();
    let handle = type_name(&supervisor.module.ident);
    let accessors = supervisor.children.iter().map(accessor);
    let data = supervisor.data.as_ref();
    let parameter = data.map(|data| quote!(, data: #data));
    let argument = data.map(|_| quote!(::std::sync::Arc::new(data)));
    let start = is_outermost.then(|| {
        let text = format!("Starts `{name}` and, in order, its children.");
        quote! {
            #[doc = #text]
            pub fn start(system: &::wink::System #parameter) -> #handle {
                #handle {
                    supervisor: supervisor(#argument).start(system),
                    path: ::std::string::String::new(),
                }
            }
        }
    });
    let text = format!("`{name}` as it runs: its children's addresses, its tree, its end.");
    quote! {
        #start

        #[doc = #text]
        #[derive(Clone, Debug)]
        pub struct #handle {
            #[doc(hidden)]
            pub supervisor: ::wink::Supervisor,
            #[doc(hidden)]
            pub path: ::std::string::String,
        }

        #[allow(dead_code)]
        impl #handle {
            #(#accessors)*
        }

        impl ::core::ops::Deref for #handle {
            type Target = ::wink::Supervisor;

            fn deref(&self) -> &::wink::Supervisor {
                &self.supervisor
            }
        }
    }
}

fn accessor(child: &Child) -> TokenStream {
    let ident = &child.ident;
    let name = ident.to_string();
    match &child.kind {
        Kind::Machine { machine, .. } => {
            let text = format!("The address of `{name}`; it stays the same over restarts.");
            quote_spanned! {machine.span()=>
                #[doc = #text]
                pub fn #ident(&self) -> ::wink::Address<#machine> {
                    let path = ::std::format!("{}{}", self.path, #name);
                    self.supervisor.address(&path).expect("it was declared with that type")
                }
            }
        }
        Kind::Task => TokenStream::new(),
        Kind::Supervisor(inner) => {
            let handle = type_name(&inner.module.ident);
            let text = format!("The children of `{name}`.");
            quote! {
                #[doc = #text]
                pub fn #ident(&self) -> #ident::#handle {
                    #ident::#handle {
                        supervisor: self.supervisor.clone(),
                        path: ::std::format!("{}{}/", self.path, #name),
                    }
                }
            }
        }
    }
}

fn duration(time: Duration) -> TokenStream {
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    quote!(::core::time::Duration::from_nanos(#nanoseconds))
}

/// `key_values` as `KeyValues`.
fn type_name(module: &Ident) -> Ident {
    let text = module.to_string();
    let parts = text.trim_start_matches("r#").split('_').map(|part| {
        let mut letters = part.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    format_ident!("{}", parts.collect::<String>(), span = module.span())
}
